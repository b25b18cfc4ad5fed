import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { Publication } from "../cli/answers.ts";
import { type Command, CommandError, readArguments, UsageError } from "../cli/command.ts";
import { connect } from "../cli/connect.ts";
import type { Portal } from "../cli/portal.ts";
import { Progress, readableBytes } from "../cli/progress.ts";

const usage = `usage: colophon export DOI [--format zip] -o FILE

Downloads a whole version as one package.
  -o FILE  where to write it; replaced only once the download is complete`;

/** The API's address of what a DOI names. A concept DOI names the newest version. */
async function versionPath(portal: Portal, doi: string): Promise<string> {
  const bare = doi.replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:)/i, "");
  const location = await portal.redirectOf(
    `doi/${bare.split("/").map(encodeURIComponent).join("/")}`,
  );
  const match = /\/p\/([^/]+)(?:\/v\/(\d+))?$/.exec(location ?? "");
  if (!match) throw new CommandError(`${doi} does not lead to a publication.`);
  const [, slug = "", number] = match;
  if (number) return `api/publications/${slug}/versions/${number}`;
  const { version } = await portal.json("GET", `api/publications/${slug}`, Publication);
  return `api/publications/${slug}/versions/${version.number}`;
}

/** Downloads a version as a package. */
export const exportPackage: Command = {
  usage,
  async run(argv, streams) {
    const { values, positionals } = readArguments(
      argv,
      { format: { type: "string", default: "zip" }, output: { type: "string", short: "o" } },
      ["DOI"],
    );
    if (!values.output) throw new UsageError("-o FILE is missing.");
    const target = path.resolve(values.output);
    const portal = connect(streams);
    const address = await versionPath(portal, positionals[0] ?? "");
    const format = encodeURIComponent(values.format);
    const response = await portal.open(`${address}/archive?format=${format}`, "*/*");
    if (!response.body) throw new CommandError("The portal sent an empty package.");
    const progress = new Progress(streams);
    let bytes = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length;
        progress.update(`Received ${readableBytes(bytes)}`);
        done(null, chunk);
      },
    });
    const partial = `${target}.part`;
    try {
      const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      await pipeline(body, counter, createWriteStream(partial), { signal: streams.signal });
      await rename(partial, target);
    } catch (error) {
      await rm(partial, { force: true });
      streams.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : "";
      throw new CommandError(`The package could not be saved: ${reason}`, { cause: error });
    }
    progress.done(`Received ${readableBytes(bytes)}`);
    streams.out(`${target}\n`);
    return 0;
  },
};
