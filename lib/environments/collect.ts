import type Dockerode from "dockerode";
import { db } from "#lib/db/index.ts";
import { docker } from "#lib/docker.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";

/** What is asked of the engine: to say how large an image is, and to remove it unless it is in use. */
export interface ImageStore {
  /** Of every image by its digest: bytes of its own, without the layers that it shares. */
  sizes(): Promise<Map<string, number>>;
  /** False when something uses it. */
  remove(imageId: string): Promise<boolean>;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
}

/** The images of a Docker engine. */
export function dockerImages(engine: Dockerode): ImageStore {
  return {
    sizes: async () => {
      const usage: { Images?: { Id: string; Size: number; SharedSize: number }[] } =
        await engine.df();
      return new Map(
        usage.Images?.map(({ Id, Size, SharedSize }) => [Id, Size - Math.max(0, SharedSize)]),
      );
    },
    remove: async (imageId) => {
      try {
        const image = engine.getImage(imageId);
        for (const tag of (await image.inspect()).RepoTags ?? []) {
          await engine.getImage(tag).remove();
        }
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return true;
        if (statusOf(error) === 409) return false;
        throw error;
      }
    },
  };
}

/**
 * Removes images of environments, the least recently used first, until those that are left take at most
 * `maxBytes` of their own. Never one that a session uses, a server of the pool runs or a build makes. Gives the bytes that it freed.
 */
export async function collectImages(
  maxBytes: number,
  images: ImageStore = dockerImages(docker()),
): Promise<number> {
  const environments = await db().environment.findMany({
    where: { imageId: { not: null } },
    orderBy: [{ lastUsedAt: { sort: "desc", nulls: "last" } }],
    select: {
      key: true,
      imageId: true,
      sessions: { where: { state: { in: ["queued", "starting", "ready", "stopping"] } }, take: 1 },
      slots: { take: 1, select: { id: true } },
    },
  });
  const sizes = await images.sizes();
  let kept = 0;
  let freed = 0;
  for (const { key, imageId, sessions, slots } of environments) {
    if (!imageId) continue;
    const size = sizes.get(imageId) ?? 0;
    if (kept + size <= maxBytes || sessions.length > 0 || slots.length > 0) {
      kept += size;
      continue;
    }
    try {
      if (!(await images.remove(imageId))) {
        kept += size;
        continue;
      }
      await db().environment.updateMany({ where: { key, imageId }, data: { imageId: null } });
      freed += size;
      logger("builds").info({ environment: key, bytes: size }, "image removed");
    } catch (error) {
      logger("builds").warn({ environment: key, reason: messageOf(error) }, "image not removed");
    }
  }
  return freed;
}
