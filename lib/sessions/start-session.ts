import type { Viewer } from "#lib/accounts/index.ts";
import { getPublication, versionOfDoi } from "#lib/archive/index.ts";
import { db } from "#lib/db/index.ts";
import { badRequest, ColophonError, notFound } from "#lib/errors.ts";
import { checkApp } from "./apps.ts";
import { beginSession } from "./begin.ts";
import { confinedPath } from "./layer.ts";
import { resumeSession } from "./resume.ts";
import type { SessionRequest, SessionView } from "./types.ts";

const parametersMaxBytes = 16 * 1024;

/** Which files a session shows: a version's, and for a fork with the workspace that belongs to its draft. */
interface Subject {
  publicationId: string;
  versionId: string;
  isDraft: boolean;
}

/**
 * Begins a session of a version (`doi`), of a fork's draft (`fork`: id or slug of the publication), or of what was
 * changed in an ended one (`resume`: its id).
 * `clientAddress`: who asks, for quotas. Throws `not_found`, `withdrawn`, `bad_path` and what `beginSession` throws.
 */
export async function startSession(
  request: SessionRequest,
  viewer: Viewer,
  clientAddress: string | null = null,
): Promise<SessionView> {
  checkWhat(request);
  if (request.resume !== undefined)
    return await resumeSession(request.resume, viewer, clientAddress);
  const subject = await findSubject(request, viewer);
  const path = await checkPath(request.path, subject);
  checkParameters(request.parameters);
  checkApp(request.app);
  const { publicationId, versionId } = subject;
  const { parameters, app } = request;
  return await beginSession(
    { publicationId, versionId, path, parameters, app, clientAddress },
    viewer,
  );
}

function checkWhat({ doi, fork, resume }: SessionRequest): void {
  if ([doi, fork, resume].filter((one) => one !== undefined).length !== 1) {
    throw badRequest("bad_session_request", "Say which DOI or fork to run, or what to resume.");
  }
}

async function findSubject(request: SessionRequest, viewer: Viewer): Promise<Subject> {
  if (request.doi !== undefined) {
    const version = await versionOfDoi(request.doi);
    if (version.state === "withdrawn") {
      throw new ColophonError(
        "version_withdrawn",
        410,
        "This version was withdrawn and cannot be run.",
      );
    }
    return { publicationId: version.publicationId, versionId: version.id, isDraft: false };
  }
  const publication = await getPublication(request.fork ?? "", viewer);
  if (!publication.draft) throw notFound("fork");
  return { publicationId: publication.id, versionId: publication.draft.id, isDraft: true };
}

async function checkPath(path: string | undefined, subject: Subject): Promise<string | null> {
  if (path === undefined || path === "") return null;
  const confined = path.length > 1_000 ? null : confinedPath(path);
  if (confined === null || path.startsWith("/")) {
    throw badRequest("bad_path", "That is not a path inside the publication.");
  }
  // A fork's file may be in its workspace only.
  if (subject.isDraft) return confined;
  const file = await db().file.findFirst({
    where: {
      versionId: subject.versionId,
      OR: [{ path: confined }, { path: { startsWith: `${confined}/` } }],
    },
    select: { path: true },
  });
  if (!file) throw badRequest("bad_path", `This version has no file "${confined}".`);
  return confined;
}

function checkParameters(parameters: Record<string, unknown> | undefined): void {
  if (parameters && Buffer.byteLength(JSON.stringify(parameters)) > parametersMaxBytes) {
    throw badRequest("parameters_too_large", "The parameters are larger than 16 kB.");
  }
}
