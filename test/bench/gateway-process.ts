import { startGateway } from "#lib/gateway/index.ts";
import { migrate } from "#lib/setup/index.ts";
import { insertSession } from "#test/support/sessions-rows.ts";

// A gateway process with one session, whose server is what argv names. Its database is fresh and its own:
// in a whole system the worker would end a session that no engine knows.
const [backend = "", database = ""] = process.argv.slice(2);
await migrate(database);
const gateway = await startGateway({ port: 0, bind: "127.0.0.1" });
const session = await insertSession({ kind: "tcp", host: "127.0.0.1", port: Number(backend) });
process.stdout.write(`${JSON.stringify({ port: gateway.port, ...session })}\n`);
