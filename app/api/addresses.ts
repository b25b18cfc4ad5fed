import * as doi from "#app/doi/[...doi]/route.ts";
import * as health from "#app/health/route.ts";
import * as metrics from "#app/metrics/route.ts";
import * as adminBan from "./admin/bans/[id]/route.ts";
import * as adminBans from "./admin/bans/route.ts";
import * as adminBuilds from "./admin/builds/route.ts";
import * as adminEvents from "./admin/events/route.ts";
import * as adminCollect from "./admin/images/collect/route.ts";
import * as adminImages from "./admin/images/route.ts";
import * as adminRetry from "./admin/jobs/[name]/[id]/retry/route.ts";
import * as adminJobs from "./admin/jobs/route.ts";
import * as adminOverview from "./admin/overview/route.ts";
import * as adminPool from "./admin/pool/route.ts";
import * as adminLimit from "./admin/publications/[id]/limit/route.ts";
import * as adminPublications from "./admin/publications/route.ts";
import * as adminSession from "./admin/sessions/[id]/route.ts";
import * as adminSessions from "./admin/sessions/route.ts";
import * as buildEvents from "./builds/[id]/events/route.ts";
import * as buildLog from "./builds/[id]/log/route.ts";
import * as build from "./builds/[id]/route.ts";
import * as builds from "./builds/route.ts";
import * as forks from "./forks/route.ts";
import type { Handler } from "./kit.ts";
import * as me from "./me/route.ts";
import * as draftFile from "./publications/[id]/draft/files/[...path]/route.ts";
import * as draftMetadata from "./publications/[id]/draft/metadata/route.ts";
import * as draft from "./publications/[id]/draft/route.ts";
import * as publicationEvents from "./publications/[id]/events/route.ts";
import * as publish from "./publications/[id]/publish/route.ts";
import * as publication from "./publications/[id]/route.ts";
import * as archive from "./publications/[id]/versions/[n]/archive/route.ts";
import * as file from "./publications/[id]/versions/[n]/files/[...path]/route.ts";
import * as files from "./publications/[id]/versions/[n]/files/route.ts";
import * as version from "./publications/[id]/versions/[n]/route.ts";
import * as withdraw from "./publications/[id]/versions/[n]/withdraw/route.ts";
import * as versions from "./publications/[id]/versions/route.ts";
import * as publications from "./publications/route.ts";
import * as repoProviders from "./repoproviders/route.ts";
import * as sessionEvents from "./sessions/[id]/events/route.ts";
import * as sessionExtend from "./sessions/[id]/extend/route.ts";
import * as sessionResume from "./sessions/[id]/resume/route.ts";
import * as session from "./sessions/[id]/route.ts";
import * as sessionSave from "./sessions/[id]/save/route.ts";
import * as sessionWorkspace from "./sessions/[id]/workspace/route.ts";
import * as sessions from "./sessions/route.ts";
import * as token from "./tokens/[id]/route.ts";
import * as tokens from "./tokens/route.ts";
import * as userRole from "./users/[id]/role/route.ts";
import * as users from "./users/route.ts";

export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

type Handlers = Partial<Record<(typeof methods)[number], Handler>>;

/** Every address of the API and its handlers, as the OpenAPI document shows them. A test holds it to the files. */
export const addresses: Readonly<Record<string, Handlers>> = {
  "/api/publications": publications,
  "/api/publications/{id}": publication,
  "/api/publications/{id}/events": publicationEvents,
  "/api/publications/{id}/publish": publish,
  "/api/publications/{id}/draft": draft,
  "/api/publications/{id}/draft/metadata": draftMetadata,
  "/api/publications/{id}/draft/files/{path}": draftFile,
  "/api/publications/{id}/versions": versions,
  "/api/publications/{id}/versions/{n}": version,
  "/api/publications/{id}/versions/{n}/withdraw": withdraw,
  "/api/publications/{id}/versions/{n}/files": files,
  "/api/publications/{id}/versions/{n}/files/{path}": file,
  "/api/publications/{id}/versions/{n}/archive": archive,
  "/doi/{doi}": doi,
  "/api/builds": builds,
  "/api/builds/{id}": build,
  "/api/builds/{id}/log": buildLog,
  "/api/builds/{id}/events": buildEvents,
  "/api/repoproviders": repoProviders,
  "/api/sessions": sessions,
  "/api/sessions/{id}": session,
  "/api/sessions/{id}/events": sessionEvents,
  "/api/sessions/{id}/extend": sessionExtend,
  "/api/sessions/{id}/save": sessionSave,
  "/api/sessions/{id}/resume": sessionResume,
  "/api/sessions/{id}/workspace": sessionWorkspace,
  "/api/forks": forks,
  "/api/tokens": tokens,
  "/api/tokens/{id}": token,
  "/api/me": me,
  "/api/users": users,
  "/api/users/{id}/role": userRole,
  "/api/admin/overview": adminOverview,
  "/api/admin/events": adminEvents,
  "/api/admin/sessions": adminSessions,
  "/api/admin/sessions/{id}": adminSession,
  "/api/admin/pool": adminPool,
  "/api/admin/builds": adminBuilds,
  "/api/admin/jobs": adminJobs,
  "/api/admin/jobs/{name}/{id}/retry": adminRetry,
  "/api/admin/images": adminImages,
  "/api/admin/images/collect": adminCollect,
  "/api/admin/publications": adminPublications,
  "/api/admin/publications/{id}/limit": adminLimit,
  "/api/admin/bans": adminBans,
  "/api/admin/bans/{id}": adminBan,
  "/health": health,
  "/metrics": metrics,
};
