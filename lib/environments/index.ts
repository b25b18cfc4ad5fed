export {
  type BuildView,
  cancelBuild,
  getBuild,
  requestBuild,
  requestVersionBuild,
  resumeBuilds,
  usableImage,
} from "./build.ts";
export { collectImages, dockerImages } from "./collect.ts";
export { expectedBuildSeconds } from "./expected.ts";
export { type LogChunk, readBuildLog } from "./log.ts";
export { recordEnvironment } from "./record.ts";
export { refreshEnvironments } from "./refresh.ts";
export { runBuild } from "./run-build.ts";
export { environmentView, environmentViews } from "./view.ts";
