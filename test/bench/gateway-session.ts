import { closeDatabase } from "#lib/db/index.ts";
import { migrate } from "#lib/setup/index.ts";
import { insertSession } from "#test/support/sessions-rows.ts";

// Makes one session, whose server is what argv names, in a fresh database of its own: in a whole system the worker
// would end a session that no engine knows.
const [backend = "", database = ""] = process.argv.slice(2);
await migrate(database);
const session = await insertSession({ kind: "tcp", host: "127.0.0.1", port: Number(backend) });
process.stdout.write(`${JSON.stringify(session)}\n`);
await closeDatabase();
