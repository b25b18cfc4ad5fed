import { expect } from "vitest";
import { changes } from "#lib/events/index.ts";

/** Looks after the pool in this process until `stop`, as the worker does. */
export async function runPool() {
  const { followLaunches, keepPool, watchServers } = await import("#lib/sessions/index.ts");
  const end = new AbortController();
  await followLaunches(end.signal);
  const running = [keepPool(end.signal), watchServers(end.signal)];
  return {
    stop: async () => {
      end.abort();
      await Promise.all(running);
    },
  };
}

/** Resolves when that many slots wait. */
export async function slotsReady(wanted: number): Promise<void> {
  const { poolState } = await import("#lib/sessions/index.ts");
  const { poolTopic } = await import("#lib/sessions/pool/index.ts");
  const timeout = AbortSignal.timeout(120_000);
  for await (const _ of changes(poolTopic, timeout, 200)) {
    if ((await poolState()).ready >= wanted) return;
  }
  expect((await poolState()).ready).toBe(wanted);
}

/** A published version without files whose environment has the given image. Gives its ids. */
export async function insertPaper(imageId: string) {
  const { db } = await import("#lib/db/index.ts");
  const name = `paper-${crypto.randomUUID()}`;
  const owner = { id: name, name: "Owner", email: `${name}@example.org` };
  await db().user.create({ data: owner });
  const environment = await db().environment.create({
    data: {
      key: name,
      spec: { summary: { language: "python", languageVersion: "3", declaredBy: [] } },
      imageId,
    },
  });
  const publication = await db().publication.create({
    data: {
      slug: name,
      ownerId: name,
      versions: {
        create: {
          number: 1,
          state: "published",
          newest: true,
          publishedAt: new Date(),
          doi: `10.5072/${name}`,
          metadata: {},
          source: {},
          preflight: [],
          environmentKey: environment.key,
        },
      },
    },
    include: { versions: true },
  });
  const versionId = publication.versions[0]?.id ?? "";
  return { environmentKey: name, imageId, publicationId: publication.id, versionId };
}
