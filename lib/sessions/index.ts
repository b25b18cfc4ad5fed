export { admitWaiting, watchQueue } from "./admit.ts";
export { adoptVisitorSessions } from "./adopt.ts";
export { type AppName, appPath } from "./apps.ts";
export { beginSession } from "./begin.ts";
export { commitDraftWorkspace, commitWorkspace } from "./commit.ts";
export { serveEgress } from "./egress/index.ts";
export { endAllSessions } from "./end-all.ts";
export { beginEnd, type EndReason, endSession } from "./end-session.ts";
export { endSessionsOf } from "./end-sessions-of.ts";
export { engine } from "./engine.ts";
export { extendSession } from "./extend.ts";
export { followLaunches } from "./follow-launches.ts";
export { cookieProof, isSessionId, upstreamToken } from "./identifiers.ts";
export { type OfferedApp, offeredApps } from "./offered-apps.ts";
export { watchEnds } from "./overdue.ts";
export { keepPool, poolState } from "./pool/index.ts";
export { watchQuotas } from "./quota.ts";
export { countLive, getSession, listSessions } from "./read-session.ts";
export { dialOptions } from "./readiness.ts";
export { runReap } from "./reap.ts";
export { resumeSession } from "./resume.ts";
export { runEndSession } from "./run-end.ts";
export { runStartSession } from "./run-start.ts";
export { saveSessionAsFork } from "./save.ts";
export { startSession } from "./start-session.ts";
export { liveStates, placesTopic } from "./state.ts";
export type * from "./types.ts";
export { queueStandings } from "./wait.ts";
export { watchServers } from "./watch-servers.ts";
export {
  type ChangedFile,
  changedFiles,
  downloadWorkspace,
} from "./workspace-archive.ts";
