import { readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ensureSystemUser } from "#lib/accounts/index.ts";
import { createFromDirectory, getPublication, publishDraft } from "#lib/archive/index.ts";
import { repositoryRoot } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { changes } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";

const Published = z.record(z.string(), z.string());
const settingKey = "examples";

/**
 * Publishes the gallery's own papers through the ordinary path, which has their images built. Every example is
 * noted as soon as it exists, so that an interrupted first start goes on where it was.
 */
export async function publishExamples(signal: AbortSignal): Promise<void> {
  const log = logger("examples");
  const directory = path.join(repositoryRoot, "examples");
  const entries = await readdir(directory, { withFileTypes: true });
  const setting = await db().setting.findUnique({ where: { key: settingKey } });
  const known = Published.parse(setting?.value ?? {});
  const viewer = {
    userId: await ensureSystemUser(),
    role: "administrator" as const,
    visitorId: null,
  };
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    if (signal.aborted) return;
    const publicationId =
      known[name] ??
      (await createFromDirectory({ viewer, directory: path.join(directory, name) })).id;
    if (!known[name]) {
      known[name] = publicationId;
      await db().setting.upsert({
        where: { key: settingKey },
        create: { key: settingKey, value: known },
        update: { value: known },
      });
    }
    const publication = await getPublication(publicationId, viewer);
    if (publication.draft?.state === "draft" && publication.versions.length === 0) {
      await publishDraft(publicationId, viewer);
      await published(publication.draft.id, signal);
      log.info({ example: name }, "published");
    }
  }
}

async function published(versionId: string, signal: AbortSignal): Promise<void> {
  for await (const _ of changes(`version:${versionId}`, signal)) {
    const version = await db().version.findUnique({ where: { id: versionId } });
    if (version?.state !== "publishing") return;
  }
}
