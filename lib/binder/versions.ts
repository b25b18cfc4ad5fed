import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "#lib/config.ts";

const Package = z.object({ version: z.string() });
let known: Promise<string> | undefined;

async function read(): Promise<string> {
  const text = await readFile(path.join(repositoryRoot, "package.json"), "utf8");
  return Package.parse(JSON.parse(text)).version;
}

/** What `/versions` says: who builds, and which release answers. */
export async function versions(): Promise<{
  builder_info: Record<string, string>;
  binderhub: string;
}> {
  known ??= read();
  const version = await known;
  return { builder_info: { builder: "colophon", version }, binderhub: `colophon-${version}` };
}
