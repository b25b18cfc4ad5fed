import type { Viewer } from "#lib/accounts/index.ts";
import { findByDoi, getPublication } from "#lib/archive/index.ts";
import { type Database, db, type Prisma } from "#lib/db/index.ts";
import { badRequest, ColophonError, notFound } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { newSessionId, newSessionToken } from "./identifiers.ts";
import { confinedPath } from "./layer.ts";
import type { SessionRequest, SessionView } from "./types.ts";
import { viewById } from "./view.ts";

const parametersMaxBytes = 16 * 1024;

/** Which files a session shows: a version's, and for a fork with the workspace that belongs to its draft. */
interface Subject {
  publicationId: string;
  versionId: string;
  isDraft: boolean;
}

/**
 * Begins a session of a version (`doi`) or of a fork's draft (`fork`: id or slug of the publication). A fork
 * whose session still lives gets that one. Throws `not_found`, `withdrawn`, `no_environment`, `bad_path`.
 */
export async function startSession(request: SessionRequest, viewer: Viewer): Promise<SessionView> {
  const subject = await findSubject(request, viewer);
  const path = await checkPath(request.path, subject);
  checkParameters(request.parameters);
  const environmentKey = await environmentOf(subject.versionId);
  const id = await db().$transaction(async (tx) => {
    const { workspaceId, runningId } = await workspaceFor(subject, viewer, tx);
    if (runningId) return runningId;
    const session = await tx.session.create({
      data: {
        id: newSessionId(),
        token: newSessionToken(),
        versionId: subject.versionId,
        workspaceId,
        environmentKey,
        userId: viewer.userId,
        visitorId: viewer.visitorId,
        path,
        ...(request.parameters ? { parameters: request.parameters as Prisma.InputJsonObject } : {}),
      },
    });
    await tx.publication.update({
      where: { id: subject.publicationId },
      data: { launchCount: { increment: 1 } },
    });
    await enqueue("start-session", { sessionId: session.id }, { database: tx });
    await publishEvent(`session:${session.id}`, { state: "queued" }, tx);
    return session.id;
  });
  return await viewById(id);
}

async function findSubject(request: SessionRequest, viewer: Viewer): Promise<Subject> {
  if ((request.doi === undefined) === (request.fork === undefined)) {
    throw badRequest("bad_session_request", "Say either which DOI or which fork to run.");
  }
  if (request.doi !== undefined) {
    const { publication, version } = await findByDoi(request.doi, viewer);
    if (version.state === "withdrawn") {
      throw new ColophonError(
        "version_withdrawn",
        410,
        "This version was withdrawn and cannot be run.",
      );
    }
    return { publicationId: publication.id, versionId: version.id, isDraft: false };
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

async function environmentOf(versionId: string): Promise<string> {
  const version = await db().version.findUniqueOrThrow({ where: { id: versionId } });
  if (version.ingestState !== "ready") {
    throw new ColophonError("not_ready", 409, "The files of this draft are still being fetched.", {
      hint: "Wait until they are here, then run it.",
    });
  }
  if (version.environmentKey) return version.environmentKey;
  throw new ColophonError("no_environment", 422, "No environment could be read for this version.", {
    hint: "Its page says what is wrong with the environment files.",
  });
}

/** The workspace to run in: a draft's own, locked so that it gets one session at a time; else a new one. */
async function workspaceFor(
  subject: Subject,
  viewer: Viewer,
  tx: Database,
): Promise<{ workspaceId: string; runningId?: string }> {
  const { versionId } = subject;
  if (!subject.isDraft) {
    const created = await tx.workspace.create({
      data: { versionId, ownerId: viewer.userId, visitorId: viewer.visitorId },
    });
    return { workspaceId: created.id };
  }
  await tx.$queryRaw`SELECT 1 FROM "Version" WHERE id = ${versionId} FOR UPDATE`;
  const existing = await tx.workspace.findFirst({
    where: { versionId, expiresAt: null },
    orderBy: { createdAt: "asc" },
  });
  if (!existing) {
    const created = await tx.workspace.create({ data: { versionId, ownerId: viewer.userId } });
    return { workspaceId: created.id };
  }
  const running = await tx.session.findFirst({
    // One that is stopping still holds the files: the new one waits for it (see admit.ts).
    where: { workspaceId: existing.id, state: { in: ["queued", "starting", "ready"] } },
  });
  return { workspaceId: existing.id, ...(running ? { runningId: running.id } : {}) };
}
