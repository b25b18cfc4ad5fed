import type Dockerode from "dockerode";

/** What an environment is declared by. The unsupported ones are refused by `readEnvironment`. */
export type EnvironmentKind =
  | "dockerfile"
  | "conda"
  | "requirements"
  | "pyproject"
  | "setup"
  | "default";

/** A Debian release that a base image is made from. */
export type Suite = "bullseye" | "bookworm" | "trixie";

/** One file that enters the build context. */
export interface ContextFile {
  /** Relative to the bundle's root, with forward slashes. */
  path: string;
  sha256: string;
  /** Bytes. */
  size: number;
  executable: boolean;
}

/** Everything that decides the image, read from a directory without touching Docker. */
export interface EnvironmentSpec {
  kind: EnvironmentKind;
  /** SHA-256 (hex) of everything that can change the image, and of nothing else. */
  key: string;
  baseSuite: Suite;
  /** Minor version of the interpreter, such as "3.11"; absent where a Dockerfile decides. */
  python?: string;
  files: ContextFile[];
  /** How the image differs from what the files ask for, one sentence each. */
  deviations: string[];
  /** What the author should know, one sentence each. */
  warnings: string[];
  /** The Dockerfile, standing alone: server layer and author's layer. */
  dockerfile: string;
  recipeVersion: string;
  summary: EnvironmentSummary;
  /** What the recipe needs beyond the text of the Dockerfile. */
  plan: BuildPlan;
}

export interface EnvironmentSummary {
  /** "Python", or "Dockerfile" where the author's own decides. */
  language: string;
  /** Such as "3.11"; empty where a Dockerfile decides. */
  languageVersion: string;
  /** The files that declare the environment, for instance ["requirements.txt"]. */
  declaredBy: string[];
}

/** The steps of a build, already validated: what the Dockerfile is rendered from. */
export interface BuildPlan {
  /** Debian packages by name, from apt.txt and from the conda translation. */
  apt: string[];
  install: PythonInstall[];
  /** A requirements file that is not in the bundle but made from it: the translation of an environment.yml. */
  translated: string | undefined;
  /** The author's own files have to lie in the repository directory before the installation. */
  needsBundle: boolean;
  /** Path of the author's postBuild or start in the bundle. */
  postBuild: string | undefined;
  start: string | undefined;
  /** Node and npm are wanted. */
  node: boolean;
  /** Something has to be built from source for sure, so begin with compilers at hand. */
  compile: boolean;
  /** Path of the author's Dockerfile in the bundle. */
  dockerfile: string | undefined;
}

/** One thing given to the installer, in order. */
export type PythonInstall =
  | { type: "requirements"; path: string }
  | { type: "project"; path: string };

export type BuildEvent =
  | { type: "phase"; phase: BuildPhase; message: string }
  | { type: "log"; stream: "stdout" | "stderr"; text: string }
  | {
      type: "step";
      index: number;
      total: number;
      name: string;
      cached: boolean;
      /** Absent while the step is still running. */
      durationMs?: number;
    };

export type BuildPhase = "base" | "server" | "toolchain" | "environment" | "inspect" | "done";

export interface InstalledPackage {
  name: string;
  version: string;
}

export interface InstalledSoftware {
  python: string;
  packages: InstalledPackage[];
  debian: InstalledPackage[];
  kernels: { name: string; displayName: string; language: string }[];
  /** Of the web applications that a session can start (see assets/running_app.py), those that are there. */
  programs: string[];
}

export interface BuiltImage {
  /** `sha256:…` */
  imageId: string;
  tag: string;
  /** Bytes, all layers, shared ones included. */
  size: number;
  installed: InstalledSoftware;
  dockerfile: string;
  baseSource: BaseSource;
  deviations: string[];
}

/** Where a base image came from. */
export type BaseSource = "registry" | "distribution" | "present";

export interface EnsureOptions {
  docker: Dockerode;
  suite: Suite;
  signal?: AbortSignal | undefined;
  onEvent?: ((event: BuildEvent) => void) | undefined;
  /** Path of the host's CA bundle, where a TLS-inspecting proxy makes one necessary. */
  caBundle?: string | undefined;
}

export interface BuildOptions {
  docker: Dockerode;
  /** The bundle's root: the directory that `readEnvironment` read. */
  dir: string;
  /** Another tag, beside `colophon/environment:<key>`. */
  tag?: string | undefined;
  signal?: AbortSignal | undefined;
  onEvent?: ((event: BuildEvent) => void) | undefined;
  caBundle?: string | undefined;
  /** Milliseconds before the build is stopped; an hour unless told. */
  timeLimitMs?: number | undefined;
}
