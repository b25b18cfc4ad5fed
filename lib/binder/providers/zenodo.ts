import { z } from "zod";
import { config } from "#lib/config.ts";
import { ask, odd, refusal } from "../ask.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { landingPage, md5, resolvedRecord } from "./record.ts";

// https://developers.zenodo.org/#records
const Record = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  doi: z.string().optional(),
  metadata: z.object({ title: z.string().default("") }),
  links: z.object({ self_html: z.string().optional(), html: z.string().optional() }).default({}),
  files: z
    .array(
      z.object({
        key: z.string(),
        size: z.number().int().nonnegative(),
        checksum: z.string().optional(),
        links: z.object({ self: z.string() }),
      }),
    )
    .default([]),
});

/** A record of Zenodo. The DOI of all versions leads to the newest. */
export async function resolveZenodo(
  { repository }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  const { zenodo } = config().binder;
  const id = await recordId(repository, signal);
  // The id of all versions is redirected to the newest one.
  const answer = await ask(`${zenodo}/api/records/${id}`, { signal });
  if (answer.status !== 200) throw refusal("Zenodo", "record", answer);
  const record = Record.safeParse(answer.json);
  if (!record.success) throw odd("Zenodo");
  const { metadata, files, links, doi } = record.data;
  return resolvedRecord({
    provider: "Zenodo",
    resolved: record.data.id,
    doi: doi ?? repository,
    url: links.self_html ?? links.html ?? `${zenodo}/records/${record.data.id}`,
    title: metadata.title,
    files: files.map(({ key, size, checksum, links: { self } }) => ({
      path: key,
      url: self,
      size,
      checksum: md5(checksum?.replace(/^md5:/, "")),
    })),
  });
}

async function recordId(doi: string, signal: AbortSignal): Promise<string> {
  const named = /\/zenodo\.(\d{1,12})$/i.exec(doi)?.[1];
  if (named) return named;
  // Communities may have a prefix of their own.
  const page = await landingPage(doi, "Zenodo", signal);
  const found = /\/records?\/(\w{1,20})(?:\/|$)/.exec(page.pathname)?.[1];
  if (!found) throw odd("Zenodo");
  return found;
}
