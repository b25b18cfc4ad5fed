import { z } from "zod";
import { VersionMetadata } from "#lib/archive/index.ts";
import { config, gatewayHasWildcard } from "#lib/config.ts";
import { db, type Prisma } from "#lib/db/index.ts";
import { applicationView } from "./apps.ts";
import type { SessionView } from "./types.ts";
import { heldUp, waitOf } from "./wait.ts";
import { endingOf } from "./warning.ts";

/** What a view is made from. */
export const sessionParts = {
  version: { include: { publication: true, _count: { select: { binderSources: true } } } },
  workspace: true,
} as const satisfies Prisma.SessionInclude;

type SessionWithParts = Prisma.SessionGetPayload<{ include: typeof sessionParts }>;

const Failure = z.object({ message: z.string(), hint: z.string(), log: z.string().optional() });

/** A session as whoever may use it sees it. */
export async function viewSession(session: SessionWithParts): Promise<SessionView> {
  const { version } = session;
  const metadata = VersionMetadata.safeParse(version.metadata);
  const failure = Failure.safeParse(session.failure);
  const wait = session.state === "queued" ? await waitOf(session) : null;
  const held =
    session.state === "starting" ? await heldUp(session.startedAt ?? session.createdAt) : null;
  return {
    id: session.id,
    state: session.state,
    message: wait?.message ?? held ?? messageFor(session),
    publication: {
      id: version.publication.id,
      slug: version.publication.slug,
      title: metadata.success ? metadata.data.title : version.publication.slug,
      version: version.number,
      doi: version.doi,
    },
    versionId: version.id,
    isFork: version.state === "draft" && version._count.binderSources === 0,
    path: session.path,
    eventsUrl: `/api/sessions/${session.id}/events`,
    buildId: session.buildId,
    ...(session.state === "ready" ? addresses(session.id, session.token) : {}),
    createdAt: session.createdAt.toISOString(),
    readyAt: session.readyAt?.toISOString() ?? null,
    expiresAt: session.expiresAt?.toISOString() ?? null,
    lastActivityAt: session.lastActivityAt.toISOString(),
    endedAt: session.endedAt?.toISOString() ?? null,
    endReason: session.endReason,
    failure: failure.success
      ? {
          message: failure.data.message,
          hint: failure.data.hint,
          ...(failure.data.log ? { log: failure.data.log } : {}),
        }
      : null,
    workspaceId: session.workspaceId,
    app: session.app,
    application: applicationView(session.app, session.path),
    warm: session.warm,
    ...endingView(session),
    queue: wait?.queue ?? null,
    workspace: workspaceView(session),
  };
}

function endingView(session: SessionWithParts) {
  const ending = endingOf(session);
  return {
    endsAt: ending?.endsAt.toISOString() ?? null,
    endsBecause: ending?.endsBecause ?? null,
    warnFrom: ending?.warnFrom.toISOString() ?? null,
    canExtend: ending?.canExtend ?? false,
  };
}

function workspaceView({ workspace, state }: SessionWithParts): SessionView["workspace"] {
  const { id, sizeBytes, fullAt, expiresAt } = workspace;
  const isOver = state === "ended" || state === "failed";
  return {
    id,
    sizeBytes: Number(sizeBytes),
    quotaBytes: config().session.disk,
    isFull: fullAt !== null,
    expiresAt: expiresAt?.toISOString() ?? null,
    state: isOver && expiresAt && expiresAt.getTime() <= Date.now() ? "gone" : "kept",
  };
}

/** The view of one session by its id, which the caller has checked. */
export async function viewById(id: string): Promise<SessionView> {
  return await viewSession(
    await db().session.findUniqueOrThrow({ where: { id }, include: sessionParts }),
  );
}

function addresses(id: string, token: string) {
  const { gatewayUrl } = config();
  const url = new URL(`/s/${id}/`, gatewayUrl);
  const browserUrl = new URL(url);
  if (gatewayHasWildcard()) browserUrl.hostname = `${id}.${url.hostname}`;
  return { url: url.href, browserUrl: browserUrl.href, token };
}

function messageFor(session: SessionWithParts): string {
  switch (session.state) {
    case "queued":
      return "Waiting";
    case "starting":
      return "Starting the notebook server";
    case "ready":
      return "Ready";
    case "stopping":
      return "Stopping";
    case "ended":
      return endMessages[session.endReason ?? ""] ?? "Ended";
    case "failed":
      return "Could not be started";
  }
}

const endMessages: Record<string, string> = {
  user: "Ended by you",
  idle: "Ended because nobody used it for a while",
  expired: "Ended because its time was up",
  crashed: "Ended because the notebook server stopped unexpectedly",
  oom: "Ended because it needed more memory than a session may have",
  full: "Ended because it wrote more than its files may take",
  operator: "Ended by the operator of this archive",
  login: "Ended because your password was changed or your logins were taken back",
  shutdown: "Ended because the site was shut down",
};
