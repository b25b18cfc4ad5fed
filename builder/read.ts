import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseAptTxt } from "./apt-txt.ts";
import { filesForContext } from "./context-files.ts";
import { copiedFolders, parseDockerfile } from "./dockerfile.ts";
import { renderContract } from "./dockerfile-contract.ts";
import { hashFile, type ListedFile, listFiles, readEnvironmentFile } from "./list-files.ts";
import { type EnvironmentFolder, locateEnvironment, refuseUnsupported } from "./locate.ts";
import { readPythonEnvironment } from "./read-python.ts";
import { renderStandalone } from "./recipe.ts";
import { RECIPE_VERSION } from "./server-recipe.ts";
import { DEFAULT_INTERPRETER } from "./suites.ts";
import type { BuildPlan, ContextFile, EnvironmentSpec } from "./types.ts";

/**
 * Reads what a directory declares as its environment. Needs no Docker and runs nothing of the author's.
 * Throws a BuilderError that names file and line where a file is wrong, ambiguous or not supported.
 */
export async function readEnvironment(dir: string): Promise<EnvironmentSpec> {
  const files = await listFiles(dir);
  const folder = locateEnvironment(files);
  const dockerfile = folder.find("Dockerfile");
  return dockerfile === undefined
    ? readDeclared(dir, files, folder)
    : readDockerfile(dir, files, dockerfile);
}

async function readDeclared(
  dir: string,
  files: ListedFile[],
  folder: EnvironmentFolder,
): Promise<EnvironmentSpec> {
  refuseUnsupported(folder);
  const python = await readPythonEnvironment(dir, files, folder);
  const declared = new Set(python.declaredBy);
  const codeTexts = [...python.texts];
  const warnings = [...python.warnings];

  const aptFile = folder.find("apt.txt");
  const apt =
    aptFile === undefined ? [] : parseAptTxt(await readEnvironmentFile(dir, aptFile), aptFile.path);
  if (aptFile !== undefined) declared.add(aptFile.path);
  for (const name of python.debian) if (!apt.includes(name)) apt.push(name);

  const scripts: string[] = [];
  const readScript = async (name: string) => {
    const file = folder.find(name);
    if (file === undefined) return undefined;
    declared.add(file.path);
    const text = await readEnvironmentFile(dir, file);
    if (text.includes("\r\n"))
      warnings.push(`${file.path} has Windows line ends, which most shells refuse.`);
    if (!text.startsWith("#!"))
      warnings.push(`${file.path} does not begin with "#!": it is run by /bin/sh.`);
    scripts.push(text);
    return file.path;
  };
  const postBuild = await readScript("postBuild");
  if (postBuild !== undefined) codeTexts.push(...scripts);
  const start = await readScript("start");
  // What a postBuild expects of any machine: repo2docker's images have these.
  if (postBuild !== undefined)
    for (const tool of POST_BUILD_TOOLS) if (!apt.includes(tool)) apt.push(tool);

  const plan: BuildPlan = {
    apt,
    install: python.install,
    translated: python.translated,
    needsBundle: python.needsBundle,
    postBuild,
    start,
    node: wantsNode(scripts) || folder.find("package.json") !== undefined,
    compile: python.compile,
    dockerfile: undefined,
  };
  const chosen = filesForContext(files, declared, {
    runs: postBuild !== undefined || python.needsBundle,
    texts: codeTexts,
  });
  const suite = python.interpreter.suite;
  const context = await describeFiles(dir, chosen);
  const rendered = renderStandalone({
    plan,
    suite,
    compile: plan.compile,
    certificates: false,
  });
  return {
    kind: python.kind,
    key: environmentKey({ rendered, suite, plan, files: context }),
    baseSuite: suite,
    python: python.interpreter.python,
    files: context,
    deviations: python.deviations,
    warnings,
    dockerfile: rendered,
    recipeVersion: RECIPE_VERSION,
    summary: {
      language: "Python",
      languageVersion: python.interpreter.python,
      declaredBy: [...declared].sort(),
    },
    plan,
  };
}

/** An author's Dockerfile: everything else is ignored. */
async function readDockerfile(
  dir: string,
  files: ListedFile[],
  dockerfile: ListedFile,
): Promise<EnvironmentSpec> {
  const text = await readEnvironmentFile(dir, dockerfile);
  const parsed = parseDockerfile(text, dockerfile.path);
  const plan: BuildPlan = {
    apt: [],
    install: [],
    translated: undefined,
    needsBundle: true,
    postBuild: undefined,
    start: undefined,
    node: false,
    compile: false,
    dockerfile: dockerfile.path,
  };
  const chosen = filesForContext(files, new Set([dockerfile.path]), {
    runs: true,
    texts: [text],
    folders: copiedFolders(parsed),
  });
  const context = await describeFiles(dir, chosen);
  const suite = DEFAULT_INTERPRETER.suite;
  const rendered = renderContract(parsed, { suite, certificates: false });
  return {
    kind: "dockerfile",
    key: environmentKey({ rendered, suite, plan, files: context }),
    baseSuite: suite,
    files: context,
    deviations: [],
    warnings: [],
    dockerfile: rendered,
    recipeVersion: RECIPE_VERSION,
    summary: { language: "Dockerfile", languageVersion: "", declaredBy: [dockerfile.path] },
    plan,
  };
}

const POST_BUILD_TOOLS = ["bzip2", "curl", "git", "make", "unzip", "wget"];

function wantsNode(scripts: string[]): boolean {
  return scripts.some((text) => /\b(?:npm|npx|node|yarn|labextension|jlpm)\b/.test(text));
}

async function describeFiles(dir: string, files: ListedFile[]): Promise<ContextFile[]> {
  const described: ContextFile[] = [];
  for (const file of files) {
    described.push({ ...file, sha256: await hashFile(join(dir, file.path)) });
  }
  return described;
}

function environmentKey(of: {
  rendered: string;
  suite: string;
  plan: BuildPlan;
  files: ContextFile[];
}): string {
  const files = of.files.map((file) => [file.path, file.sha256, file.executable]);
  return createHash("sha256")
    .update(
      JSON.stringify([RECIPE_VERSION, of.suite, of.rendered, of.plan.translated ?? "", files]),
    )
    .digest("hex");
}
