import { requireRole, type Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { docker } from "#lib/docker.ts";
import { collectImages, dockerImages } from "#lib/environments/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { liveStates } from "#lib/sessions/index.ts";

/** An environment's image as an operator sees it, the least recently used first: in the order in which they go. */
export interface ImageView {
  environmentKey: string;
  imageId: string;
  /** With the layers that it shares with others. */
  bytes: number | null;
  /** What its removal would free; null where the engine does not tell in time. */
  ownBytes: number | null;
  builtAt: string | null;
  lastUsedAt: string | null;
  versions: number;
  sessions: number;
  slots: number;
}

const sizesHoldMs = 60_000;
let sizes: { at: number; found: Promise<Map<string, number>> } | undefined;

/** Every image of an environment. For administrators. */
export async function listImages(viewer: Viewer): Promise<ImageView[]> {
  requireRole(viewer, "administrator");
  const rows = await db().environment.findMany({
    where: { imageId: { not: null } },
    orderBy: [{ lastUsedAt: { sort: "asc", nulls: "first" } }],
    select: {
      key: true,
      imageId: true,
      imageSize: true,
      builtAt: true,
      lastUsedAt: true,
      _count: {
        select: {
          versions: true,
          slots: true,
          sessions: { where: { state: { in: [...liveStates] } } },
        },
      },
    },
  });
  const own = await ownSizes();
  return rows.map((row) => ({
    environmentKey: row.key,
    imageId: row.imageId ?? "",
    bytes: row.imageSize === null ? null : Number(row.imageSize),
    ownBytes: own?.get(row.imageId ?? "") ?? null,
    builtAt: row.builtAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    versions: row._count.versions,
    sessions: row._count.sessions,
    slots: row._count.slots,
  }));
}

// The engine adds them up anew each time, which takes seconds.
async function ownSizes(): Promise<Map<string, number> | null> {
  const now = performance.now();
  if (!sizes || now - sizes.at > sizesHoldMs) {
    sizes = { at: now, found: dockerImages(docker()).sizes() };
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), 3_000);
  });
  try {
    return await Promise.race([sizes.found, late]);
  } catch (error) {
    sizes = undefined;
    logger("operator").warn({ reason: messageOf(error) }, "no sizes of images");
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Removes images now, the least recently used first, until they take at most `keepBytes` (default: the configured
 * limit); never one in use. Gives the bytes that it freed.
 */
export async function collectNow(
  viewer: Viewer,
  keepBytes?: number,
): Promise<{ freedBytes: number }> {
  requireRole(viewer, "administrator");
  const freedBytes = await collectImages(keepBytes ?? config().imagesMax);
  sizes = undefined;
  return { freedBytes };
}
