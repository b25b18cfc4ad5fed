import { startColophon } from "#lib/processes/index.ts";

process.exit(await startColophon());
