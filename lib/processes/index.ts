export { type EmbeddedPostgres, preparePostgres } from "./postgres.ts";
export { startColophon } from "./start.ts";
export { Supervisor } from "./supervisor.ts";
export { runWorker } from "./worker.ts";
