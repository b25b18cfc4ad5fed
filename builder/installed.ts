import type Dockerode from "dockerode";
import { extract } from "tar-stream";
import { BuilderError } from "./error.ts";
import type { InstalledSoftware } from "./types.ts";

const MANIFEST = "/opt/colophon/record/manifest.json";
const MAX_BYTES = 8 * 1024 * 1024;

/** Reads the record that an image's build left in it, from a container that is never started. */
export async function readInstalled(docker: Dockerode, image: string): Promise<InstalledSoftware> {
  const container = await docker.createContainer({
    Image: image,
    Labels: { colophon: "inspect" },
    NetworkDisabled: true,
  });
  try {
    const archive = await container.getArchive({ path: MANIFEST });
    return parseManifest(await readSingleFile(archive));
  } finally {
    await container.remove({ force: true });
  }
}

async function readSingleFile(archive: NodeJS.ReadableStream): Promise<string> {
  const reader = extract();
  archive.on("error", (error) => reader.destroy(error));
  archive.pipe(reader);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const entry of reader) {
    for await (const part of entry) {
      const chunk: Buffer = part as Buffer;
      size += chunk.length;
      if (size > MAX_BYTES) throw unreadable("it is too large");
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks).toString();
}

/** An author's code can write this file: it is checked like any other input. */
export function parseManifest(text: string): InstalledSoftware {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable("it is not JSON", error);
  }
  const root = record(value);
  return {
    python: word(root.python),
    packages: list(root.packages).map((one) => ({
      name: word(one.name),
      version: word(one.version),
    })),
    debian: list(root.debian).map((one) => ({
      name: word(one.name),
      version: word(one.version),
    })),
    kernels: list(root.kernels).map((one) => ({
      name: word(one.name),
      displayName: word(one.displayName),
      language: word(one.language),
    })),
    programs: Array.isArray(root.programs) ? root.programs.slice(0, 10).map(word) : [],
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.slice(0, 20_000).map(record) : [];
}

function word(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 300) : "";
}

function unreadable(why: string, cause?: unknown): BuilderError {
  return new BuilderError(
    "build_failed",
    `The image's record of what is installed cannot be read: ${why}.`,
    "Do not write below /opt/colophon in a build.",
    { cause },
  );
}
