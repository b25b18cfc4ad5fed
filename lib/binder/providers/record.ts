import type { RecordFile } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { ColophonError } from "#lib/errors.ts";
import { ask, refusal } from "../ask.ts";
import type { Resolved } from "../types.ts";

const mostFiles = 5_000;

/** A version of a record of another archive, as what a launch goes on with. */
export function resolvedRecord(record: {
  provider: string;
  /** Of this very version. */
  resolved: string;
  doi: string;
  url: string;
  title: string;
  files: RecordFile[];
}): Resolved {
  const { resolved, doi, url, title, files, provider } = record;
  if (files.length === 0 || files.length > mostFiles) {
    throw new ColophonError(
      "source_no_files",
      422,
      files.length === 0
        ? `The ${provider} record has no files that are open to everybody.`
        : `The ${provider} record has ${files.length} files; ${mostFiles} are taken at most.`,
      { hint: "Choose another record, or upload its files as a zip." },
    );
  }
  return {
    resolved,
    source: { type: "record", url, ref: resolved, files },
    title: title.trim().slice(0, 500) || doi,
    repoUrl: `${config().binder.doiResolver}/${doi}`,
    refUrl: url,
    persistentSpec: doi,
  };
}

/**
 * Where a DOI leads, by the resolver. Throws `source_not_found` (404) for one that nobody registered.
 */
export async function landingPage(
  doi: string,
  provider: string,
  signal: AbortSignal,
): Promise<URL> {
  const path = doi.split("/").map(encodeURIComponent).join("/");
  const answer = await ask(`${config().binder.doiResolver}/${path}`, {
    headers: { accept: "text/html" },
    signal,
  });
  // Landing pages often refuse programs; the address that was reached is all that is wanted.
  const reached = new URL(answer.url);
  const isResolver = reached.origin === new URL(config().binder.doiResolver).origin;
  if (isResolver && answer.status !== 200)
    throw refusal("The DOI system", `DOI of ${provider}`, answer);
  return reached;
}

/** An md5 of an API's answer as a checksum; null where there is none. */
export function md5(value: string | null | undefined): RecordFile["checksum"] {
  return value && /^[0-9a-f]{32}$/i.test(value) ? { algorithm: "md5", value } : null;
}
