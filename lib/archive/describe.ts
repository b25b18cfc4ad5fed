import { db } from "#lib/db/index.ts";
import { recordEnvironment } from "#lib/environments/index.ts";
import { notFound } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { type Notebook, notebookLanguage, readNotebook } from "#lib/notebooks/index.ts";
import { readBlob } from "./blobs.ts";
import { storeFigure } from "./figure.ts";
import { filesOf } from "./file-rows.ts";
import { gitLeftovers } from "./git-leftovers.ts";
import { isData } from "./media-types.ts";
import { storedPreflight } from "./metadata.ts";
import { withTree } from "./trees.ts";
import type { FileView, Finding } from "./types.ts";

/** Beyond these a notebook is kept and served, but not looked into. */
const maxNotebookBytes = 128 * 1024 * 1024;
const maxNotebooks = 300;
const maxReadmeBytes = 1024 * 1024;

interface ReadNotebook {
  path: string;
  notebook: Notebook;
}

/**
 * Looks at a version's files anew: its notebooks and what is wrong with them, which of them is the main one, its
 * figure and language, its environment. To be called after any change of the files.
 */
export async function describeVersion(versionId: string): Promise<void> {
  const version = await db().version.findUnique({ where: { id: versionId } });
  if (!version) throw notFound("version");
  const files = await filesOf(versionId, db());
  const findings: Finding[] = [];
  const notebooks = await readNotebooks(files, findings);
  findings.push(...(await gitLeftovers(files)));
  const main = await chooseMain(notebooks, files);
  const ordered = [...notebooks].sort((a, b) => Number(b === main) - Number(a === main));
  const figureSha256 = await storeFigure(ordered.map((each) => each.notebook));
  await withTree(files, (directory) => recordEnvironment(versionId, directory));
  const { intake } = storedPreflight(version.preflight);
  const preflight = { intake, files: findings };
  await db().version.update({
    where: { id: versionId },
    data: {
      preflight: JSON.parse(JSON.stringify(preflight)),
      mainNotebook: main?.path ?? null,
      language: main ? notebookLanguage(main.notebook) : null,
      figureSha256,
      hasData: files.some((file) => isData(file.path, file.mediaType)),
    },
  });
  await publishEvent(`version:${versionId}`, { described: true });
}

async function readNotebooks(files: FileView[], findings: Finding[]): Promise<ReadNotebook[]> {
  const candidates = files.filter(
    ({ path }) => path.endsWith(".ipynb") && !path.includes(".ipynb_checkpoints/"),
  );
  if (candidates.length === 0) {
    findings.push({
      severity: "warning",
      code: "no_notebook",
      message: "There is no notebook: nothing can be shown or run in place.",
    });
  }
  const read: ReadNotebook[] = [];
  for (const { path, size, sha256 } of candidates.slice(0, maxNotebooks)) {
    if (size > maxNotebookBytes) {
      findings.push({
        severity: "warning",
        code: "notebook_too_large",
        message: "This notebook is too large to be shown; clear outputs that hold data.",
        path,
      });
      continue;
    }
    const reading = readNotebook(await readBlob(sha256, maxNotebookBytes));
    if (!reading.ok) {
      const { message, place } = reading;
      findings.push({ severity: "error", code: "notebook_invalid", message, path, place });
      continue;
    }
    for (const message of reading.notes) {
      findings.push({ severity: "note", code: "notebook_upgraded", message, path });
    }
    read.push({ path, notebook: reading.notebook });
  }
  return read;
}

/**
 * The notebook that a reader sees first: the one that the README names first, else one called index or main, else the
 * nearest to the root, in alphabetical order.
 */
async function chooseMain(
  notebooks: ReadNotebook[],
  files: FileView[],
): Promise<ReadNotebook | undefined> {
  if (notebooks.length <= 1) return notebooks[0];
  const readme = files.find(
    ({ path, size }) => /^readme(?:\.\w+)?$/i.test(path) && size <= maxReadmeBytes,
  );
  if (readme) {
    const text = (await readBlob(readme.sha256, maxReadmeBytes)).toString("utf8");
    const named = notebooks
      .map((each) => ({ each, at: mention(text, each.path) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at);
    if (named[0]) return named[0].each;
  }
  const rank = ({ path }: ReadNotebook) => {
    const depth = path.split("/").length - 1;
    const front = /(?:^|\/)(?:index|main|paper)\.ipynb$/i.test(path);
    return depth * 2 - (front ? 1 : 0);
  };
  return [...notebooks].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))[0];
}

/** Where a text names a path, itself or as it is written in a link; -1 where it does not. */
function mention(text: string, path: string): number {
  for (const name of new Set([path, encodeURI(path)])) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      // "b.ipynb" is not named by "a-b.ipynb".
      if (at === 0 || /[\s("'`[<./=]/.test(text[at - 1] ?? "")) return at;
    }
  }
  return -1;
}
