import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { translateCondaName } from "./conda-names.ts";
import { BuilderError } from "./error.ts";

/** What an environment.yml asks for, translated to PyPI and Debian. */
export interface CondaEnvironment {
  /** Constraint on the interpreter as PEP 440 writes it, such as "==3.9.*". */
  python: string | undefined;
  /** Requirements of the Conda part, translated. */
  requirements: string[];
  /** Entries of the pip part, as written; their order is kept. */
  pip: { text: string; line: number }[];
  debian: string[];
  deviations: string[];
}

const MAX_ENTRIES = 2_000;
const SPEC =
  /^(?:[A-Za-z0-9_./-]{1,100}::)?([A-Za-z0-9_][A-Za-z0-9_.-]{0,150})(?:\[[^\]]{0,200}\])?\s*(.*)$/;

/** Reads an environment.yml. Errors name the line. Source: Conda's "Creating an environment file manually". */
export function parseEnvironmentYml(text: string, file: string): CondaEnvironment {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: "core", prettyErrors: false });
  const fail = (what: string, offset: number | undefined, hint = "Correct the file."): never => {
    const line = offset === undefined ? 1 : lines.linePos(offset).line;
    throw new BuilderError("invalid_environment_file", `${file}, line ${line}: ${what}.`, hint, {
      file,
      line,
    });
  };
  const at = (node: unknown) => (isNode(node) ? node.range?.[0] : undefined);
  const wrong = document.errors[0];
  if (wrong !== undefined)
    fail(wrong.message.split("\n")[0]?.replace(/\.$/, "") ?? "not YAML", wrong.pos[0]);

  const found: CondaEnvironment = {
    python: undefined,
    requirements: [],
    pip: [],
    debian: [],
    deviations: [],
  };
  const root = (document as Document).contents;
  if (root === null || (isScalar(root) && root.value === null)) return found;
  if (!isMap(root))
    return fail("the file is not a mapping", at(root), 'Begin with "dependencies:".');
  const dependencies: unknown = root.get("dependencies", true);
  if (dependencies === undefined || (isScalar(dependencies) && dependencies.value === null))
    return found;
  if (!isSeq(dependencies)) return fail("dependencies is not a list", at(dependencies));
  if (dependencies.items.length > MAX_ENTRIES)
    return fail(`more than ${MAX_ENTRIES} dependencies`, at(dependencies));

  const assumed: string[] = [];
  for (const item of dependencies.items) {
    if (isMap(item)) {
      const pip: unknown = item.get("pip", true);
      if (pip === undefined || (isScalar(pip) && pip.value === null)) continue;
      if (!isSeq(pip) || pip.items.length > MAX_ENTRIES) return fail("pip is not a list", at(pip));
      for (const entry of pip.items) {
        if (!isScalar(entry) || typeof entry.value !== "string")
          return fail("an entry of pip is not text", at(entry));
        found.pip.push({ text: entry.value, line: lines.linePos(at(entry) ?? 0).line });
      }
    } else if (isScalar(item) && typeof item.value === "string") {
      const spec = SPEC.exec(item.value.trim());
      const version = spec === null ? undefined : pep440(spec[2] as string);
      if (spec === null || version === undefined) {
        return fail(
          `"${item.value.slice(0, 80)}" is not a Conda requirement`,
          at(item),
          "Write for instance numpy=1.26.",
        );
      }
      addPackage((spec[1] as string).toLowerCase(), version, found, assumed);
    } else if (!(isScalar(item) && item.value === null)) {
      return fail("a dependency is not text", at(item));
    }
  }
  if (found.requirements.length > 0 || assumed.length > 0) {
    found.deviations.unshift(
      "The Conda packages come from PyPI and Debian, not from Conda's channels.",
    );
  }
  return found;
}

function addPackage(
  name: string,
  version: string,
  found: CondaEnvironment,
  assumed: string[],
): void {
  if (name === "python") {
    found.python = version === "" ? undefined : version;
    return;
  }
  if (name === "pip" || name === "setuptools" || name === "wheel") return;
  const translation = translateCondaName(name);
  if (translation === "r") {
    throw new BuilderError(
      "unsupported_environment",
      `The environment asks for the R package ${name}; R is not supported yet.`,
      "Supply a Dockerfile, or remove the R packages.",
    );
  }
  if ("drop" in translation) {
    found.deviations.push(`${name} is left out: ${translation.drop}.`);
  } else if ("debian" in translation) {
    for (const one of translation.debian) if (!found.debian.includes(one)) found.debian.push(one);
    found.deviations.push(
      `${name} comes from Debian (${translation.debian.join(", ")})${version === "" ? "" : `, in Debian's version instead of ${version}`}.`,
    );
  } else {
    found.requirements.push(`${translation.pypi}${version}`);
    assumed.push(name);
    if (translation.pypi.toLowerCase().replaceAll("_", "-") !== name.replaceAll("_", "-")) {
      found.deviations.push(`${name} is ${translation.pypi} on PyPI.`);
    }
  }
}

/**
 * Conda's match specification as PEP 440: `=1.2` is a prefix, a second `=` names a build and is dropped. Undefined where
 * it cannot be read. Source: Conda's "Package match specifications".
 */
export function pep440(version: string): string | undefined {
  const text = version.trim();
  if (text === "" || text === "*") return "";
  if (text.includes("|")) {
    // An alternative has no counterpart: the last one is usually the newest.
    return pep440(text.slice(text.lastIndexOf("|") + 1));
  }
  const clauses: string[] = [];
  for (const part of text.split(",")) {
    const match =
      /^\s*(===|==|=|~=|!=|>=|<=|>|<)?\s*v?([0-9][A-Za-z0-9.!+_-]{0,60}?)(\.?\*)?(?:\s*=\s*[A-Za-z0-9_.*-]{1,60}|\s+[A-Za-z0-9_.*]{1,60})?\s*$/.exec(
        part,
      );
    if (match === null) return undefined;
    const operator = match[1] ?? "";
    const number = match[2] as string;
    const star = match[3] !== undefined;
    const exactBuild = /=\s*[A-Za-z0-9_.*-]+\s*$/.test(
      part.slice(part.indexOf(number) + number.length),
    );
    if (operator === "=" || operator === "") {
      clauses.push(exactBuild || (operator === "" && !star) ? `==${number}` : `==${number}.*`);
    } else if (operator === "==" || operator === "!=") {
      clauses.push(`${operator}${number}${star ? ".*" : ""}`);
    } else {
      clauses.push(`${operator}${number}`);
    }
  }
  return clauses.join(",");
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}
