export { listBuilds, listPool, type OperatorBuild, type PoolView } from "./environments.ts";
export { type Figures, readFigures } from "./figures.ts";
export { collectNow, type ImageView, listImages } from "./images.ts";
export { updateMetrics } from "./metrics.ts";
export { type LimitedPublication, listLimited, setSessionLimit } from "./publications.ts";
export { endBanned, endByOperator, listLiveSessions, type OperatorSession } from "./sessions.ts";
