import { runWorker } from "#lib/processes/index.ts";

await runWorker();
