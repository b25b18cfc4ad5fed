import { DEFAULT_INTERPRETER, interpreterFor } from "./suites.ts";
import type { Suite } from "./types.ts";

/** What stands in for a well-known image where no registry answers. */
export interface BaseFallback {
  suite: Suite;
  apt: string[];
  /** Packages beside ipykernel in /opt/env; undefined where the image brings no Python of its own. */
  python: string[] | undefined;
  /** The user that the image leaves active. */
  user: "root" | "jovyan";
  deviation: string;
}

const SUITES: [RegExp, Suite][] = [
  [/bullseye|buster|focal|(^|[^0-9])(11|10|20\.04|18\.04)([^0-9]|$)/, "bullseye"],
  [/trixie|noble|sid|(^|[^0-9.])(13|24\.04)([^0-9]|$)/, "trixie"],
  [/./, "bookworm"],
];

const SCIENCE = ["numpy", "scipy", "pandas", "matplotlib", "seaborn", "scikit-learn", "ipywidgets"];

/**
 * The nearest image that we can make ourselves for a well-known one: Debian, Ubuntu, buildpack-deps, python and the
 * Jupyter Docker stacks. Undefined for all others: nothing can stand in for an image that nobody knows.
 */
export function fallbackFor(image: string): BaseFallback | undefined {
  const [name = "", tag = "latest"] = image
    .replace(/@.*$/, "")
    .replace(/^(?:docker\.io\/)?(?:library\/)?/, "")
    .split(/:(?=[^/]*$)/);
  const suite = SUITES.find(([pattern]) => pattern.test(tag))?.[1] ?? "bookworm";
  const deviation = (by: string) =>
    `${image} could not be had from a registry; ${by} stands in for it.`;
  if (/^(?:debian|ubuntu)$/.test(name)) {
    return {
      suite,
      apt: [],
      python: undefined,
      user: "root",
      deviation: deviation(`Debian ${suite}`),
    };
  }
  if (name === "buildpack-deps") {
    const apt = ["build-essential", "curl", "git", "wget"];
    return {
      suite,
      apt,
      python: undefined,
      user: "root",
      deviation: deviation(`Debian ${suite} with compilers`),
    };
  }
  if (name === "python") {
    const minor = /^3\.(\d{1,2})/.exec(tag)?.[1];
    const found =
      minor === undefined || Number(minor) < 6 || Number(minor) > 15
        ? DEFAULT_INTERPRETER
        : interpreterFor(Number(minor), { file: "Dockerfile" });
    const apt = /slim|alpine/.test(tag)
      ? []
      : ["build-essential", "curl", "git", "python3-dev", "wget"];
    return {
      suite: found.suite,
      apt,
      python: [],
      user: "root",
      deviation: deviation(`Debian ${found.suite} with Python ${found.python}`),
    };
  }
  const stack =
    /^(?:quay\.io\/)?jupyter\/(base|minimal|scipy|datascience|tensorflow|pytorch|all-spark|pyspark)-notebook$/.exec(
      name,
    )?.[1];
  if (stack !== undefined || /^(?:quay\.io\/)?jupyter\/docker-stacks-foundation$/.test(name)) {
    const python = stack === undefined || stack === "base" || stack === "minimal" ? [] : SCIENCE;
    return {
      suite: "bookworm",
      apt: ["curl", "git", "unzip", "wget"],
      python,
      user: "jovyan",
      deviation: deviation(
        `Debian bookworm with Python 3.11 and pip${python.length > 0 ? ` and ${python.join(", ")}` : ""}, without Conda,`,
      ),
    };
  }
  return undefined;
}
