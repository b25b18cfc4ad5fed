import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "#lib/config.ts";

/** A script that the portal's build has made for frames. */
export interface FrameScript {
  text: string;
  /** Of its content: names it in an ETag. */
  sha256: string;
}

const read = new Map<string, Promise<FrameScript>>();

/** A script for frames: `main`, which every frame has, or `widgets`. Read once a process. */
export function frameScript(name: "main" | "widgets"): Promise<FrameScript> {
  let script = read.get(name);
  if (!script) {
    script = load(name);
    read.set(name, script);
    script.catch(() => read.delete(name));
  }
  return script;
}

async function load(name: string): Promise<FrameScript> {
  const text = await readFile(path.join(repositoryRoot, ".next", "frames", `${name}.js`), "utf8");
  return { text, sha256: createHash("sha256").update(text).digest("hex") };
}
