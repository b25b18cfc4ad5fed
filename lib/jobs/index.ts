export { type JobName, type JobPayload, jobs } from "./definitions.ts";
export { type JobView, jobCounts, openJobs, retryJob } from "./overview.ts";
export { closeQueue, enqueue, queue, raisePriority } from "./queue.ts";
export { type Handler, type Handlers, startWorking } from "./work.ts";
