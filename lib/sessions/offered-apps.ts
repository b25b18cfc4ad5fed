import { z } from "zod";
import { readBlob } from "#lib/archive/index.ts";
import { db } from "#lib/db/index.ts";
import { isColophonError } from "#lib/errors.ts";
import type { AppName } from "./apps.ts";

/** An application that a version can be opened in, instead of the notebook. */
export interface OfferedApp {
  app: AppName;
  /** The file that it is to show. */
  path: string | null;
}

const largestDeclaration = 256 * 1024;

const Installed = z.object({ programs: z.array(z.string()) });
const Spec = z.object({
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  summary: z.object({ declaredBy: z.array(z.string()) }),
});

// As running_app.py looks for it.
const procfiles = ["binder/Procfile", ".binder/Procfile", "Procfile"];

/** Lines that put a program into an environment which has not been built yet, by the files in which they count. */
const declarations: { program: string; file: RegExp; line: RegExp }[] = [
  {
    program: "voila",
    file: /(?:^|\/)(?:requirements\.txt|environment\.ya?ml|pyproject\.toml)$/,
    line: /^[\s\-"']*voila(?![\w.-])/im,
  },
  {
    program: "code-server",
    file: /(?:^|\/)(?:postBuild|Dockerfile)$/,
    line: /^[^#\n]*\bnpm (?:i|install|add)\b[^#\n]*\bcode-server\b/m,
  },
];

/** The applications that will run for this version: by what its image has, or is going to have, and what its files are. */
export async function offeredApps(versionId: string): Promise<OfferedApp[]> {
  const version = await db().version.findUniqueOrThrow({
    where: { id: versionId },
    select: {
      mainNotebook: true,
      environment: { select: { spec: true, installed: true } },
      files: { where: { path: { in: procfiles } }, select: { path: true, sha256: true } },
    },
  });
  const { environment, mainNotebook, files } = version;
  if (!environment) return [];
  const installed = Installed.safeParse(environment.installed);
  const programs = installed.success ? installed.data.programs : await declared(environment.spec);
  const offered: OfferedApp[] = [];
  if (mainNotebook && programs.includes("voila")) {
    offered.push({ app: "voila", path: mainNotebook });
  }
  if (await anyMatches(files, /^web:[ \t]*\S/m)) offered.push({ app: "app", path: null });
  if (programs.includes("code-server")) offered.push({ app: "vscode", path: null });
  return offered;
}

async function declared(spec: unknown): Promise<string[]> {
  const { files, summary } = Spec.parse(spec);
  const found: string[] = [];
  for (const { program, file, line } of declarations) {
    const candidates = files.filter(
      ({ path }) => summary.declaredBy.includes(path) && file.test(path),
    );
    if (await anyMatches(candidates, line)) found.push(program);
  }
  return found;
}

async function anyMatches(files: { sha256: string }[], pattern: RegExp): Promise<boolean> {
  for (const { sha256 } of files) {
    if (pattern.test(await textOf(sha256))) return true;
  }
  return false;
}

async function textOf(sha256: string): Promise<string> {
  try {
    return (await readBlob(sha256, largestDeclaration)).toString("utf8");
  } catch (error) {
    // Nobody writes that much by hand.
    if (isColophonError(error) && error.code === "file_too_large") return "";
    throw error;
  }
}
