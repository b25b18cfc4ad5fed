import { parse, TomlError } from "smol-toml";
import { BuilderError } from "./error.ts";
import { normaliseName } from "./requirements.ts";

export interface Pyproject {
  /** "install": a package that can be built; "dependencies": only its list is installed; "none": merely tools' settings. */
  use: "install" | "dependencies" | "none";
  /** Constraint on the interpreter, such as ">=3.9". */
  requiresPython: string | undefined;
  names: Set<string>;
}

/** What a pyproject.toml declares. Sources: PEP 518, PEP 621, Poetry's own table. */
export function parsePyproject(text: string, file: string): Pyproject {
  const root = parseToml(text, file);
  const project = table(root.project);
  const poetry = table(table(root.tool)?.poetry);
  const buildSystem = table(root["build-system"]);
  const names = new Set<string>();
  const dependencies = project?.dependencies;
  if (Array.isArray(dependencies)) {
    for (const entry of dependencies) {
      const name = typeof entry === "string" ? /^\s*([A-Za-z0-9._-]{1,200})/.exec(entry) : null;
      if (name !== null) names.add(normaliseName(name[1] as string));
    }
  }
  const poetryDependencies = table(poetry?.dependencies);
  for (const name of Object.keys(poetryDependencies ?? {})) {
    if (name !== "python") names.add(normaliseName(name));
  }
  const declared = project?.["requires-python"] ?? poetryDependencies?.python;
  return {
    use:
      buildSystem !== undefined && (project !== undefined || poetry !== undefined)
        ? "install"
        : project !== undefined && Array.isArray(dependencies)
          ? "dependencies"
          : "none",
    requiresPython: typeof declared === "string" ? declared : undefined,
    names,
  };
}

function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text, { maxDepth: 50 });
  } catch (error) {
    if (!(error instanceof TomlError)) {
      throw new BuilderError(
        "invalid_environment_file",
        `${file} cannot be read.`,
        "Check it with a TOML validator.",
        { file, cause: error },
      );
    }
    const reason = error.message.split("\n")[0]?.replace(/^Invalid TOML document:\s*/, "") ?? "";
    throw new BuilderError(
      "invalid_environment_file",
      `${file}, line ${error.line}: ${reason}.`,
      "Correct the TOML.",
      { file, line: error.line, cause: error },
    );
  }
}

function table(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
