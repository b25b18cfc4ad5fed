import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { ASSETS, CONTEXT_FOLDER } from "./assets.ts";
import { TRANSLATED_PATH } from "./read-python.ts";
import { CERTIFICATES_FILE } from "./server-recipe.ts";
import type { ContextFile } from "./types.ts";

export interface ContextParts {
  dockerfile: string;
  /** The bundle's root and its files that enter. */
  bundle?: { dir: string; files: ContextFile[] };
  translated?: string | undefined;
  /** Path of the host's CA bundle. */
  caBundle?: string | undefined;
}

export const DOCKERFILE_PATH = `${CONTEXT_FOLDER}/Dockerfile`;

// One date for every file: a checkout's times must not change a layer. Zip files cannot hold a date before 1980.
const DATE = new Date("2020-01-01T00:00:00Z");

/** A build context as a tar stream. An error while packing destroys the stream with it. */
export function packContext(parts: ContextParts): Readable {
  const tar = pack();
  fill(tar, parts).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(tar);
}

async function fill(tar: Pack, parts: ContextParts): Promise<void> {
  const add = (name: string, content: Buffer | string, mode: number) =>
    new Promise<void>((resolve, reject) => {
      tar.entry({ name, mode, mtime: DATE }, content, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  await add(DOCKERFILE_PATH, parts.dockerfile, 0o644);
  for (const asset of ASSETS) {
    await add(
      `${CONTEXT_FOLDER}/assets/${asset.name}`,
      asset.content,
      asset.executable ? 0o755 : 0o644,
    );
  }
  if (parts.translated !== undefined) await add(TRANSLATED_PATH, parts.translated, 0o644);
  if (parts.caBundle !== undefined)
    await addFile(tar, parts.caBundle, { name: CERTIFICATES_FILE, mode: 0o644 });
  for (const file of parts.bundle?.files ?? []) {
    await addFile(tar, join(parts.bundle?.dir ?? "", file.path), {
      name: file.path,
      mode: file.executable ? 0o755 : 0o644,
      size: file.size,
    });
  }
}

async function addFile(
  tar: Pack,
  path: string,
  entry: { name: string; mode: number; size?: number },
): Promise<void> {
  const size = entry.size ?? (await stat(path)).size;
  await new Promise<void>((resolve, reject) => {
    const target = tar.entry({ ...entry, size, mtime: DATE }, (error) =>
      error ? reject(error) : resolve(),
    );
    pipeline(createReadStream(path), target).catch(reject);
  });
}
