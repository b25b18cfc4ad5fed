import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Finding, Publication, Version } from "../cli/answers.ts";
import {
  type Command,
  CommandError,
  readArguments,
  type Streams,
  UsageError,
} from "../cli/command.ts";
import { connect } from "../cli/connect.ts";
import { listDirectory, packFiles } from "../cli/pack.ts";
import type { Portal } from "../cli/portal.ts";
import { Progress, readableBytes } from "../cli/progress.ts";

const usage = `usage: colophon publish DIR|URL [--metadata FILE] [--draft] [--json]

Publishes a folder, or what a git, GitHub or DOI address names. Ends by printing the DOI and the address
of its page.
  --metadata FILE  title, authors, licence and so on, as YAML or JSON; what it leaves out is
                   taken from the files themselves
  --draft          stop before publishing: look at it in the browser first
  --json           print one JSON object instead`;

async function readMetadata(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${errorCode(error)}).`);
  }
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "";
    throw new CommandError(`${file} is neither YAML nor JSON: ${reason}`, { cause: error });
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

/** What kind of source an address names; null when the word is no address. */
export function sourceOf(word: string): { type: "git" | "github" | "doi"; url: string } | null {
  if (/^(?:doi:)?10\.\d{4,9}\//i.test(word)) return { type: "doi", url: word };
  if (/^git@|^ssh:\/\/|^git:\/\//.test(word)) return { type: "git", url: word };
  if (!/^https?:\/\//i.test(word)) return null;
  const { hostname, pathname } = new URL(word);
  if (/^(?:dx\.|www\.)?doi\.org$/.test(hostname)) return { type: "doi", url: word };
  const isRepository = pathname.split("/").filter(Boolean).length >= 2;
  if (/^(?:www\.)?github\.com$/.test(hostname) && isRepository)
    return { type: "github", url: word };
  return { type: "git", url: word };
}

async function sendDirectory(portal: Portal, directory: string, streams: Streams) {
  const { files, skipped } = await listDirectory(directory);
  for (const { path: name, reason } of skipped) streams.err(`  left out ${name}: ${reason}\n`);
  if (files.length === 0) {
    throw new CommandError(`${directory} holds no files.`, { hint: "Name the paper's folder." });
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const progress = new Progress(streams);
  let sent = 0;
  // The folder's name goes along: where nothing else does, it says what the paper is called.
  const form = { top: path.basename(directory) || "paper", gzip: !portal.isHere };
  const body = packFiles(files, form, (bytes) => {
    sent += bytes;
    const percent = total === 0 ? 100 : Math.floor((100 * sent) / total);
    progress.update(`Sending ${readableBytes(sent)} of ${readableBytes(total)} (${percent} %)`);
  });
  const mediaType = form.gzip ? "application/gzip" : "application/x-tar";
  const created = await portal.upload("api/publications", mediaType, body, Publication);
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  progress.done(`Sent ${count}, ${readableBytes(total)}`);
  return created;
}

async function fetched(portal: Portal, publication: Publication, streams: Streams) {
  if (publication.version.ingest.state === "ready") return publication;
  const progress = new Progress(streams);
  for await (const { ingest } of portal.follow(publication.eventsUrl, Version)) {
    progress.update(ingest.message ?? "Fetching the files");
    if (ingest.state === "failed") {
      throw new CommandError(ingest.message ?? "The files could not be fetched.", {
        ...(ingest.hint ? { hint: ingest.hint } : {}),
      });
    }
    if (ingest.state === "ready") break;
  }
  progress.done("Fetched the files");
  return await portal.json("GET", `api/publications/${publication.id}`, Publication);
}

async function published(portal: Portal, publication: Publication, streams: Streams) {
  const asked = await portal.json(
    "POST",
    `api/publications/${publication.id}/publish`,
    Publication,
  );
  const progress = new Progress(streams);
  for await (const version of portal.follow(asked.eventsUrl, Version)) {
    progress.update("Publishing");
    if (version.state === "published") break;
    if (version.state === "draft") {
      const kept = await portal.json("GET", `api/publications/${publication.id}`, Publication);
      showFindings(kept.preflight, streams);
      throw new CommandError("Publishing did not succeed; the draft is kept.", {
        hint: `See ${publication.url}`,
      });
    }
  }
  progress.done("Published");
  return await portal.json("GET", `api/publications/${publication.id}`, Publication);
}

async function describe(portal: Portal, { id }: Publication, metadata: unknown) {
  return await portal.json("PUT", `api/publications/${id}/draft/metadata`, Publication, metadata);
}

// A citation needs an author: where the files name none, it is whoever publishes.
async function nameAuthor(portal: Portal, publication: Publication, streams: Streams) {
  if (!publication.preflight.some(({ code }) => code === "authors_missing")) return publication;
  const { name } = await portal.json("GET", "api/me", z.object({ name: z.string() }));
  streams.err(`  · No author is named in the files: your account's name is taken, ${name}\n`);
  return await describe(portal, publication, { authors: [{ name }] });
}

function showFindings(findings: Finding[], streams: Streams): void {
  const marks = { error: "✗", warning: "!", note: "·" };
  for (const { severity, message, path: file, place } of findings) {
    const where = [file, place].filter(Boolean).join(" ");
    streams.err(`  ${marks[severity]} ${where ? `${where}: ` : ""}${message}\n`);
  }
}

function report(publication: Publication, portal: Portal, asJson: boolean, streams: Streams): void {
  const { doi, number, state } = publication.version;
  const url = doi && state === "published" ? `${portal.url}/doi/${doi}` : publication.url;
  const { id, slug, title, conceptDoi, preflight } = publication;
  if (asJson) {
    const result = { id, slug, title, version: number, state, doi, conceptDoi, url, preflight };
    streams.out(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  streams.out(doi && state === "published" ? `${doi}\n${url}\n` : `${url}\n`);
}

/** Publishes a folder or an address. */
export const publish: Command = {
  usage,
  async run(argv, streams) {
    const { values, positionals } = readArguments(
      argv,
      { metadata: { type: "string" }, draft: { type: "boolean" }, json: { type: "boolean" } },
      ["DIR or URL"],
    );
    const [word = ""] = positionals;
    const source = sourceOf(word);
    const directory = path.resolve(word);
    if (!source && !(await isDirectory(directory))) {
      throw new UsageError(`${word} is neither a folder nor an address.`);
    }
    // Read before anything is sent: a mistake in it costs no upload.
    const metadata = values.metadata ? await readMetadata(values.metadata) : null;
    const portal = connect(streams);
    const created = source
      ? await portal.json("POST", "api/publications", Publication, { source })
      : await sendDirectory(portal, directory, streams);
    let publication = await fetched(portal, created, streams);
    if (metadata !== null) publication = await describe(portal, publication, metadata);
    if (!values.draft) publication = await nameAuthor(portal, publication, streams);
    showFindings(publication.preflight, streams);
    if (!values.draft) publication = await published(portal, publication, streams);
    report(publication, portal, values.json === true, streams);
    return 0;
  },
};

async function isDirectory(directory: string): Promise<boolean> {
  try {
    return (await stat(directory)).isDirectory();
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return false;
    throw error;
  }
}
