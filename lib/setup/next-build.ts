import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "#lib/config.ts";
import { command } from "./command.ts";
import { buildFrameScripts } from "./frame-scripts.ts";

const sources = [
  "app",
  "lib",
  "public",
  "next.config.js",
  "postcss.config.mjs",
  "package-lock.json",
];

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources) {
    const full = path.join(repositoryRoot, source);
    if (!existsSync(full)) continue;
    const below = path.extname(source)
      ? [source]
      : (await readdir(full, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => path.relative(repositoryRoot, path.join(entry.parentPath, entry.name)));
    for (const file of below.sort()) {
      hash.update(`${file}\0`).update(await readFile(path.join(repositoryRoot, file)));
    }
  }
  return hash.digest("hex");
}

/** Makes the production build of the portal, unless the one that is there was made from these very sources. */
export async function buildPortal(
  note: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const marker = path.join(repositoryRoot, ".next", "colophon-sources");
  const wanted = await fingerprint();
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  await rm(marker, { force: true });
  const next = path.join(repositoryRoot, "node_modules/next/dist/bin/next");
  await command(process.execPath, [next, "build"], {
    cwd: repositoryRoot,
    note,
    ...(signal ? { signal } : {}),
    env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
  });
  const frames = path.join(repositoryRoot, ".next", "frames");
  await mkdir(frames, { recursive: true });
  await buildFrameScripts(frames);
  await writeFile(marker, wanted);
}
