import { BuilderError } from "./error.ts";
import type { Suite } from "./types.ts";

/** The Python that each Debian release brings. The order is that of preference when several fit. */
const INTERPRETERS: { suite: Suite; minor: number }[] = [
  { suite: "bookworm", minor: 11 },
  { suite: "trixie", minor: 13 },
  { suite: "bullseye", minor: 9 },
];

const DEFAULT = INTERPRETERS[0] as { suite: Suite; minor: number };

export interface Interpreter {
  suite: Suite;
  /** Such as "3.11". */
  python: string;
  deviation: string | undefined;
}

export const DEFAULT_INTERPRETER: Interpreter = {
  suite: DEFAULT.suite,
  python: `3.${DEFAULT.minor}`,
  deviation: undefined,
};

/** The interpreter for an exact request such as 3.10: the same minor version, else the nearest that can stand in. */
export function interpreterFor(minor: number, place: { file: string; line?: number }): Interpreter {
  const exact = INTERPRETERS.find((one) => one.minor === minor);
  if (exact !== undefined)
    return { suite: exact.suite, python: `3.${minor}`, deviation: undefined };
  if (minor < 6 || minor > 15) {
    throw new BuilderError(
      "unsupported_environment",
      `Python 3.${minor} cannot be provided.`,
      "Ask for a Python between 3.6 and 3.15.",
      place,
    );
  }
  // 3.10 and 3.12 go to 3.11: their pins nearly always have wheels there, seldom for 3.13.
  const nearest = minor < 10 ? 9 : minor <= 12 ? 11 : 13;
  const found = INTERPRETERS.find((one) => one.minor === nearest) ?? DEFAULT;
  return {
    suite: found.suite,
    python: `3.${found.minor}`,
    deviation: `Python 3.${minor} is asked for (${place.file}); 3.${found.minor} is the nearest that is available.`,
  };
}

/**
 * The preferred interpreter within version constraints (PEP 440, or Poetry's caret), such as ">=3.9,<3.12".
 * Constraints nobody can read are ignored with the default interpreter: they never stop a build.
 */
export function interpreterWithin(constraint: string, file: string): Interpreter {
  const clauses = constraint
    .slice(0, 200)
    .split(",")
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "" && clause !== "*");
  const fits = (minor: number) => clauses.every((clause) => satisfies(minor, clause));
  const found = INTERPRETERS.find((one) => fits(one.minor));
  if (found !== undefined) {
    return { suite: found.suite, python: `3.${found.minor}`, deviation: undefined };
  }
  for (let minor = 15; minor >= 6; minor--) {
    if (fits(minor)) return interpreterFor(minor, { file });
  }
  throw new BuilderError(
    "unsupported_environment",
    `No Python that can be provided satisfies "${constraint.slice(0, 100)}".`,
    "Widen the constraint to include a Python between 3.6 and 3.15.",
    { file },
  );
}

/** Whether some 3.minor release satisfies one clause; the patch version is taken as unknown, hence generously. */
function satisfies(minor: number, clause: string): boolean {
  const match =
    /^(===|==|!=|~=|>=|<=|>|<|\^|~|=)?\s*v?3(?:\.(\d{1,3}|\*))?(?:\.(\d{1,4}|\*))?(?:\.\*)?$/.exec(
      clause,
    );
  if (match === null) return !/^(==|===|=|~=|\^|~)?\s*2(\.|$)/.test(clause);
  const operator = match[1] ?? "==";
  const wanted = match[2] === undefined || match[2] === "*" ? undefined : Number(match[2]);
  const patch = match[3] === undefined || match[3] === "*" ? undefined : Number(match[3]);
  if (wanted === undefined) return operator !== "<" && operator !== "!=";
  switch (operator) {
    case ">=":
    case "^":
      return minor >= wanted;
    case ">":
      return patch === undefined ? minor > wanted : minor >= wanted;
    case "<=":
      return minor <= wanted;
    case "<":
      return patch === undefined || patch === 0 ? minor < wanted : minor <= wanted;
    case "!=":
      return patch !== undefined || minor !== wanted;
    case "~=":
      return patch === undefined ? minor >= wanted : minor === wanted;
    default:
      return minor === wanted;
  }
}
