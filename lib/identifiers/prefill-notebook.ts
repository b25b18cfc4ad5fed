import type { Finding } from "#lib/archive/index.ts";
import { notebookAbstract, notebookTitle, readNotebook } from "#lib/notebooks/index.ts";
import type { Said } from "./prefill.ts";
import { author, date, description, keywords, license, line, list } from "./prefill-clean.ts";

/** Reads the title, authors and abstract out of a notebook. A broken notebook says nothing here: it is reported by the pre-flight. */
export function fromNotebook(text: string, path: string): Said {
  const reading = readNotebook(text);
  if (!reading.ok) return { metadata: {}, findings: [] };
  const { notebook } = reading;
  const { metadata } = notebook;
  const findings: Finding[] = [];
  const authors = list(metadata.authors).flatMap((person, at) => {
    const said: { name?: unknown; orcid?: unknown; affiliation?: unknown } =
      typeof person === "object" && person !== null ? person : { name: person };
    const { name, orcid, affiliation } = said;
    return author({ name, orcid, affiliation }, path, findings, `metadata.authors[${at}]`) ?? [];
  });
  return {
    metadata: {
      title: line(notebookTitle(notebook), 500),
      authors: authors.slice(0, 500),
      description: description(
        metadata.abstract ?? metadata.description ?? notebookAbstract(notebook),
      ),
      keywords: keywords(metadata.keywords),
      license: license(metadata.license, path, findings, "metadata.license"),
      date: date(metadata.date),
    },
    findings,
  };
}

/** Notebooks with the one that stands for the whole first: nearest to the root, then index, main and paper, then by name. */
export function mainNotebookFirst<T extends { path: string }>(files: T[]): T[] {
  return files
    .filter(({ path }) => /\.ipynb$/i.test(path) && !/(?:^|\/)\.ipynb_checkpoints\//.test(path))
    .sort(
      (a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    );
}

function rank(path: string): number {
  const parts = path.split("/");
  const isChief = /^(?:0*[-_ ]?)?(?:index|main|paper|article|manuscript)\.ipynb$/i.test(
    parts.at(-1) ?? "",
  );
  return parts.length * 2 - (isChief ? 1 : 0);
}
