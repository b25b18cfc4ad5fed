import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { problem } from "#app/api/problem.ts";
import { repositoryRoot } from "#lib/config.ts";
import type { Library } from "./messages.ts";

/** A script that the portal's build has made for frames. */
export interface FrameScript {
  text: string;
  /** Of its content: names it in an ETag. */
  sha256: string;
}

const read = new Map<string, Promise<FrameScript>>();

/** A script for frames: `main`, which every frame has, what shows widgets, or a library. Read once a process. */
export function frameScript(name: "main" | "widgets" | Library): Promise<FrameScript> {
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

/** Answers with a script that the page fetches and hands to its frames, which have no network. */
export async function scriptResponse(
  request: Request,
  name: "widgets" | Library,
): Promise<Response> {
  try {
    const { text, sha256 } = await frameScript(name);
    const headers = {
      etag: `"${sha256}"`,
      "cache-control": "public, no-cache",
      "x-content-type-options": "nosniff",
    };
    if (request.headers.get("if-none-match")?.includes(sha256)) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(text, {
      headers: { ...headers, "content-type": "text/javascript; charset=utf-8" },
    });
  } catch (error) {
    return problem(error, request);
  }
}
