import { posix } from "node:path";
import { CONTEXT_FOLDER } from "./assets.ts";
import { type CondaEnvironment, parseEnvironmentYml } from "./environment-yml.ts";
import { BuilderError } from "./error.ts";
import { type ListedFile, readEnvironmentFile } from "./list-files.ts";
import { type EnvironmentFolder, unsupported } from "./locate.ts";
import { parsePyproject } from "./pyproject.ts";
import { parseRequirements, type Requirements } from "./requirements.ts";
import { parseRuntimeTxt } from "./runtime-txt.ts";
import {
  DEFAULT_INTERPRETER,
  type Interpreter,
  interpreterFor,
  interpreterWithin,
} from "./suites.ts";
import type { EnvironmentKind, PythonInstall } from "./types.ts";

export interface PythonEnvironment {
  kind: EnvironmentKind;
  interpreter: Interpreter;
  /** Files that declare it. */
  declaredBy: string[];
  install: PythonInstall[];
  translated: string | undefined;
  debian: string[];
  needsBundle: boolean;
  compile: boolean;
  deviations: string[];
  warnings: string[];
  /** Texts whose mention of a file brings it into the context. */
  texts: string[];
}

/** The path, in a build context, of a requirements file translated from an environment.yml. */
export const TRANSLATED_PATH = `${CONTEXT_FOLDER}/requirements.txt`;

/** Conda, then Pipfile (refused for now), then Python's own files; nothing at all gives the plain default. */
export async function readPythonEnvironment(
  dir: string,
  files: ListedFile[],
  folder: EnvironmentFolder,
): Promise<PythonEnvironment> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const read = async (path: string) => {
    const file = byPath.get(path);
    return file === undefined ? undefined : readEnvironmentFile(dir, file);
  };
  const environment: PythonEnvironment = {
    kind: "default",
    interpreter: DEFAULT_INTERPRETER,
    declaredBy: [],
    install: [],
    translated: undefined,
    debian: [],
    needsBundle: false,
    compile: false,
    deviations: [],
    warnings: [],
    texts: [],
  };
  const runtime = await applyRuntime(folder, read, environment);
  const conda = folder.find("environment.yml") ?? folder.find("environment.yaml");
  const names = new Set<string>();
  if (conda !== undefined) {
    await applyConda(conda.path, read, environment, names);
  } else {
    const pipfile = folder.find("Pipfile.lock") ?? folder.find("Pipfile");
    if (pipfile !== undefined) throw unsupported("Pipenv", pipfile.path);
    await applyPython(folder, read, environment, names, runtime);
  }
  if (
    environment.declaredBy.length > 0 &&
    environment.install.length > 0 &&
    !names.has("ipykernel")
  ) {
    environment.deviations.push("ipykernel is added, in a version that fits: notebooks need it.");
  }
  if (environment.interpreter.deviation !== undefined) {
    environment.deviations.unshift(environment.interpreter.deviation);
  }
  return environment;
}

type Read = (path: string) => Promise<string | undefined>;

async function applyRuntime(
  folder: EnvironmentFolder,
  read: Read,
  environment: PythonEnvironment,
): Promise<boolean> {
  const file = folder.find("runtime.txt");
  if (file === undefined) return false;
  const runtime = parseRuntimeTxt((await read(file.path)) ?? "", file.path);
  if (runtime === undefined) return false;
  if (runtime.language === "r") throw unsupported("R", file.path);
  environment.kind = "requirements";
  environment.declaredBy.push(file.path);
  environment.interpreter = interpreterFor(runtime.minor, { file: file.path });
  return true;
}

async function applyConda(
  path: string,
  read: Read,
  environment: PythonEnvironment,
  names: Set<string>,
): Promise<void> {
  const conda = parseEnvironmentYml((await read(path)) ?? "", path);
  environment.kind = "conda";
  environment.declaredBy = [path];
  environment.debian = conda.debian;
  environment.deviations.push(...conda.deviations);
  environment.interpreter =
    conda.python === undefined ? DEFAULT_INTERPRETER : interpreterWithin(conda.python, path);
  const lines = [...conda.requirements, ...conda.pip.map((entry) => entry.text)];
  if (lines.length === 0) return;
  // Parsed as if it were a requirements file beside the environment.yml, so that its includes are found from there.
  const beside = posix.join(posix.dirname(path), ".translated.txt");
  const requirements = await parseRequirements(beside, async (asked) =>
    asked === beside ? lines.join("\n") : read(asked),
  ).catch((error: unknown) => {
    throw placeInConda(error, beside, path, conda);
  });
  requirements.files.shift();
  environment.translated = `${lines.map((line) => relocateInclude(line, path)).join("\n")}\n`;
  environment.texts.push(environment.translated);
  environment.install.push({ type: "requirements", path: TRANSLATED_PATH });
  applyRequirements(requirements, environment, names);
}

/** `-r x` of the pip part is relative to the environment.yml, its translation lies elsewhere. */
function relocateInclude(line: string, path: string): string {
  return line.replace(
    /^(-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+)(\S+)$/,
    (_, option: string, target: string) =>
      `${option} ${posix.relative(CONTEXT_FOLDER, posix.join(posix.dirname(path), target))}`,
  );
}

function placeInConda(
  error: unknown,
  beside: string,
  path: string,
  conda: CondaEnvironment,
): unknown {
  if (!(error instanceof BuilderError) || error.file !== beside) return error;
  const index = (error.line ?? 1) - 1 - conda.requirements.length;
  const line = conda.pip[index]?.line ?? 1;
  return new BuilderError(
    error.code,
    error.message.replace(/^[^:]*: /, `${path}, line ${line}: `),
    error.hint,
    { file: path, line },
  );
}

async function applyPython(
  folder: EnvironmentFolder,
  read: Read,
  environment: PythonEnvironment,
  names: Set<string>,
  hasRuntime: boolean,
): Promise<void> {
  const requirementsFile = folder.find("requirements.txt");
  // "-e ." in the requirements and the project itself are one and the same to the installer.
  let localRoot = false;
  if (requirementsFile !== undefined) {
    const path = requirementsFile.path;
    const requirements = await parseRequirements(path, read);
    environment.kind = "requirements";
    localRoot = requirements.locals.includes(".");
    environment.install.push({ type: "requirements", path });
    applyRequirements(requirements, environment, names);
    for (const file of requirements.files) environment.texts.push((await read(file)) ?? "");
  }
  // A binder directory's own pyproject.toml would describe nothing, and the root's is not looked at beside one.
  const pyproject = folder.findInRoot("pyproject.toml");
  const setup = folder.findInRoot("setup.py");
  const project =
    pyproject === undefined
      ? undefined
      : parsePyproject((await read(pyproject.path)) ?? "", pyproject.path);
  if (pyproject !== undefined && project !== undefined && project.use !== "none") {
    for (const name of project.names) names.add(name);
    environment.declaredBy.push(pyproject.path);
    if (requirementsFile === undefined) environment.kind = "pyproject";
    if (!hasRuntime && project.requiresPython !== undefined) {
      environment.interpreter = interpreterWithin(project.requiresPython, pyproject.path);
    }
    if (project.use === "dependencies") {
      environment.install.push({ type: "requirements", path: pyproject.path });
      return;
    }
  }
  if (project?.use === "install" || setup !== undefined) {
    if (setup !== undefined) {
      environment.declaredBy.push(setup.path);
      if (environment.kind === "default") environment.kind = "setup";
    }
    if (!localRoot) environment.install.push({ type: "project", path: "." });
    // They name what a package's build reads beside its code: a README, a table inside the package.
    for (const name of ["pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in"]) {
      environment.texts.push((await read(name)) ?? "");
    }
    environment.needsBundle = true;
    environment.compile = true;
  }
}

function applyRequirements(
  requirements: Requirements,
  environment: PythonEnvironment,
  names: Set<string>,
): void {
  for (const name of requirements.names) names.add(name);
  environment.declaredBy.push(...requirements.files);
  environment.warnings.push(...requirements.warnings);
  if (requirements.locals.length > 0) environment.needsBundle = true;
  if (requirements.locals.length > 0 || requirements.usesVersionControl) environment.compile = true;
}
