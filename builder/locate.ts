import { BuilderError } from "./error.ts";
import type { ListedFile } from "./list-files.ts";

/** Where the environment files are, and how to look one up by name. */
export interface EnvironmentFolder {
  /** "", "binder/" or ".binder/". */
  prefix: string;
  find(name: string): ListedFile | undefined;
  /** A file of the root, which counts only where no binder directory replaces it. */
  findInRoot(name: string): ListedFile | undefined;
}

/** `binder/`, else `.binder/`, else the root; a binder directory replaces the root, and both at once are an error. */
export function locateEnvironment(files: ListedFile[]): EnvironmentFolder {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const has = (prefix: string) => files.some((file) => file.path.startsWith(prefix));
  if (has("binder/") && has(".binder/")) {
    throw new BuilderError(
      "ambiguous_environment",
      "There is a binder/ and a .binder/ directory.",
      "Keep one of the two.",
      { file: ".binder" },
    );
  }
  const prefix = has("binder/") ? "binder/" : has(".binder/") ? ".binder/" : "";
  return {
    prefix,
    find: (name) => byPath.get(`${prefix}${name}`),
    findInRoot: (name) => (prefix === "" ? byPath.get(name) : undefined),
  };
}

/** Files that declare an environment we cannot build yet, in their order of precedence. */
const UNSUPPORTED: { names: string[]; what: string; rootOnly?: boolean }[] = [
  { names: ["Project.toml", "JuliaProject.toml"], what: "Julia" },
  { names: ["default.nix"], what: "Nix" },
  { names: ["DESCRIPTION"], what: "R", rootOnly: true },
];

/** Refuses Julia, Nix and R, which come before Conda and Python in precedence. */
export function refuseUnsupported(folder: EnvironmentFolder): void {
  for (const one of UNSUPPORTED) {
    for (const name of one.names) {
      const file = one.rootOnly === true ? folder.findInRoot(name) : folder.find(name);
      if (file !== undefined) throw unsupported(one.what, file.path);
    }
  }
}

export function unsupported(what: string, file: string): BuilderError {
  return new BuilderError(
    "unsupported_environment",
    `${file} declares a ${what} environment, which is not supported yet.`,
    "Supply a Dockerfile, or a requirements.txt for Python.",
    { file },
  );
}
