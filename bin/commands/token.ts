import { createTokenForAdministrator } from "#lib/accounts/index.ts";
import { closeDatabase } from "#lib/db/index.ts";
import { type Command, readArguments, UsageError } from "../cli/command.ts";

const usage = `usage: colophon token create --name N [--json]

Makes an API token for the administrator, on the portal's own machine, straight in its database.
  --name N  what it is for, so that it can be told from others
  --json    print {"token", …} instead`;

/** Makes API tokens. */
export const token: Command = {
  usage,
  async run(argv, streams) {
    const { values, positionals } = readArguments(
      argv,
      { name: { type: "string" }, json: { type: "boolean" } },
      ["create"],
    );
    if (positionals[0] !== "create") throw new UsageError(`There is no "token ${positionals[0]}".`);
    if (!values.name?.trim()) throw new UsageError("--name N is missing.");
    try {
      const { token, id, name } = await createTokenForAdministrator(values.name.slice(0, 100));
      streams.out(values.json ? `${JSON.stringify({ token, id, name })}\n` : `${token}\n`);
    } finally {
      await closeDatabase();
    }
    return 0;
  },
};
