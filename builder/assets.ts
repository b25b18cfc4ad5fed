import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Files of ours that enter every build context, under a folder that no bundle can occupy. */
export const CONTEXT_FOLDER = ".colophon";

export interface Asset {
  name: string;
  content: Buffer;
  executable: boolean;
}

// Not `new URL("./assets/", import.meta.url)`: a bundler takes that for a module to resolve.
const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "assets");

export const ASSETS: Asset[] = readdirSync(folder)
  .sort()
  .map((name) => {
    const content = readFileSync(path.join(folder, name));
    return { name, content, executable: content.subarray(0, 2).toString() === "#!" };
  });

export const ASSETS_HASH = ASSETS.reduce(
  (hash, asset) => hash.update(`${asset.name}\0${asset.content.length}\0`).update(asset.content),
  createHash("sha256"),
).digest("hex");
