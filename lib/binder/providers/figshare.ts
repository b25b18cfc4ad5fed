import { z } from "zod";
import { config } from "#lib/config.ts";
import { ColophonError } from "#lib/errors.ts";
import { ask, odd, refusal } from "../ask.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { landingPage, md5, resolvedRecord } from "./record.ts";

// https://docs.figshare.com/#public_articles
const Versions = z.array(z.object({ version: z.number().int().positive() }));
const Article = z.object({
  title: z.string().default(""),
  doi: z.string().default(""),
  figshare_url: z.string().optional(),
  files: z
    .array(
      z.object({
        name: z.string(),
        size: z.number().int().nonnegative().nullish(),
        is_link_only: z.boolean().default(false),
        download_url: z.string(),
        supplied_md5: z.string().nullish(),
        computed_md5: z.string().nullish(),
      }),
    )
    .default([]),
});

/** An article of Figshare: the version that its DOI names, else the newest. */
export async function resolveFigshare(
  { repository }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  const { article, version: named } = await place(repository, signal);
  const { figshare } = config().binder;
  const version = named ?? (await newest(article, signal));
  const answer = await ask(`${figshare}/articles/${article}/versions/${version}`, { signal });
  if (answer.status !== 200) throw refusal("Figshare", "article", answer);
  const found = Article.safeParse(answer.json);
  if (!found.success) throw odd("Figshare");
  const { title, doi, figshare_url, files } = found.data;
  const versioned = doi || `${repository.replace(/\.v\d+$/i, "")}.v${version}`;
  return resolvedRecord({
    provider: "Figshare",
    resolved: `${article}.v${version}`,
    doi: versioned,
    url: figshare_url ?? `https://doi.org/${versioned}`,
    title,
    files: files
      .filter((file) => !file.is_link_only)
      .map((file) => ({
        path: file.name,
        url: file.download_url,
        size: file.size ?? null,
        checksum: md5(file.computed_md5 || file.supplied_md5),
      })),
  });
}

async function newest(article: string, signal: AbortSignal): Promise<number> {
  const answer = await ask(`${config().binder.figshare}/articles/${article}/versions`, { signal });
  if (answer.status !== 200) throw refusal("Figshare", "article", answer);
  const versions = Versions.safeParse(answer.json);
  if (!versions.success) throw odd("Figshare");
  const numbers = versions.data.map(({ version }) => version);
  if (numbers.length === 0) {
    throw new ColophonError("source_not_found", 404, "The article has no public version.", {
      hint: "Check the DOI.",
    });
  }
  return Math.max(...numbers);
}

async function place(
  doi: string,
  signal: AbortSignal,
): Promise<{ article: string; version: number | null }> {
  const named = /figshare\.(?:[a-z_]+\.)?(\d{1,12})(?:\.v(\d{1,6}))?$/i.exec(doi);
  const [, article, version] =
    named ??
    // Institutions have prefixes of their own: …/articles/<kind>/<title>/<id>/<version>.
    /\/articles\/(?:[^/]+\/){2}(\d{1,12})(?:\/(\d{1,6}))?\/?$/.exec(
      (await landingPage(doi, "Figshare", signal)).pathname,
    ) ??
    [];
  if (!article) throw odd("Figshare");
  return { article, version: version ? Number(version) : null };
}
