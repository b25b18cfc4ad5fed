import { spawn } from "node:child_process";
import { once } from "node:events";
import type Dockerode from "dockerode";
import { BuilderError } from "./error.ts";
import { imageId, pullImage } from "./images.ts";
import type { BaseSource, BuildEvent, EnsureOptions, Suite } from "./types.ts";

/** The tag of a suite's base image. */
export function baseTag(suite: Suite): string {
  return `colophon/base:${suite}`;
}

/**
 * Makes sure that a suite's base image is there: present already, pulled where a registry answers, or made from the
 * distribution's packages. Gives its id and where it came from. Throws BuilderError `base_unavailable`.
 */
export async function ensureBase(
  options: EnsureOptions,
): Promise<{ image: string; source: BaseSource }> {
  const { docker, suite, signal, onEvent } = options;
  const tag = baseTag(suite);
  const present = await imageId(docker, tag);
  if (present !== undefined) return { image: present, source: "present" };
  onEvent?.({ type: "phase", phase: "base", message: `Getting Debian ${suite}` });
  const upstream = `debian:${suite}-slim`;
  if (await pullImage(docker, upstream, signal)) {
    await docker.getImage(upstream).tag({ repo: "colophon/base", tag: suite });
    const image = await imageId(docker, tag);
    if (image !== undefined) return { image, source: "registry" };
  }
  onEvent?.({
    type: "phase",
    phase: "base",
    message: `No registry gives ${upstream}: making it from Debian's packages`,
  });
  await importDistribution(docker, suite, signal, onEvent);
  const image = await imageId(docker, tag);
  if (image === undefined) throw unavailable(suite, "the engine did not keep the image");
  return { image, source: "distribution" };
}

// What documentation there is in a base is of no use in a session, and a third of its size.
const LEFT_OUT = ["doc", "man", "info", "locale", "groff", "lintian", "linda"];
const DPKG_OPTIONS = [
  ...LEFT_OUT.map((folder) => `path-exclude=/usr/share/${folder}/*`),
  "path-include=/usr/share/doc/*/copyright",
  "path-include=/usr/share/locale/locale.alias",
];

// bookworm would merge /usr by a package that brings all of Perl; made merged from the start, it needs none.
const INCLUDE: Record<Suite, string[]> = {
  bullseye: ["--include=ca-certificates"],
  bookworm: [
    "--include=ca-certificates,usr-is-merged",
    "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
  ],
  trixie: ["--include=ca-certificates"],
};

async function importDistribution(
  docker: Dockerode,
  suite: Suite,
  signal: AbortSignal | undefined,
  onEvent: ((event: BuildEvent) => void) | undefined,
): Promise<void> {
  const log = (text: string) => onEvent?.({ type: "log", stream: "stderr", text });
  await installMmdebstrap(suite, log, signal);
  const child = spawn(
    "mmdebstrap",
    [
      "--variant=minbase",
      ...INCLUDE[suite],
      ...DPKG_OPTIONS.map((option) => `--dpkgopt=${option}`),
      "--aptopt=Acquire::Languages none",
      suite,
      "-",
    ],
    { stdio: ["ignore", "pipe", "pipe"], ...(signal === undefined ? {} : { signal }) },
  );
  const exited = once(child, "exit");
  const said = collectLines(child.stderr, log);
  const imported = docker
    .importImage(child.stdout, {
      repo: "colophon/base",
      tag: suite,
      changes: "LABEL colophon=base",
      ...(signal === undefined ? {} : { abortSignal: signal }),
    })
    .then((stream) => drain(stream));
  // Whichever fails first is reported; neither may be left unheard.
  const [exit, done] = await Promise.allSettled([exited, imported]);
  signal?.throwIfAborted();
  if (exit.status === "rejected") throw unavailable(suite, String(exit.reason));
  if (exit.value[0] !== 0) {
    if (await imageId(docker, baseTag(suite))) await docker.getImage(baseTag(suite)).remove();
    throw unavailable(suite, (await said).slice(-3).join(" "));
  }
  if (done.status === "rejected") throw unavailable(suite, String(done.reason));
}

async function installMmdebstrap(
  suite: Suite,
  log: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (await succeeds("mmdebstrap", ["--version"], undefined, signal)) return;
  if (process.getuid?.() !== 0) {
    throw unavailable(suite, "mmdebstrap is not installed");
  }
  log("Installing mmdebstrap");
  const installed =
    (await succeeds("apt-get", ["update", "-q"], log, signal)) &&
    (await succeeds(
      "apt-get",
      ["install", "-y", "-q", "--no-install-recommends", "mmdebstrap"],
      log,
      signal,
    ));
  if (!installed) throw unavailable(suite, "mmdebstrap could not be installed");
}

async function succeeds(
  command: string,
  args: string[],
  log: ((text: string) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  const said = Promise.all([collectLines(child.stdout, log), collectLines(child.stderr, log)]);
  try {
    const [code] = await once(child, "exit");
    await said;
    return code === 0;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

async function collectLines(
  stream: AsyncIterable<Buffer>,
  log: ((text: string) => void) | undefined,
): Promise<string[]> {
  const last: string[] = [];
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split("\n");
    rest = (lines.pop() ?? "").slice(-4096);
    for (const line of lines) {
      log?.(line);
      last.push(line);
      if (last.length > 50) last.shift();
    }
  }
  return last;
}

async function drain(stream: NodeJS.ReadableStream): Promise<void> {
  for await (const chunk of stream) {
    const failure = /"error":"([^"]{1,300})/.exec(String(chunk));
    if (failure !== null) throw new Error(failure[1]);
  }
}

function unavailable(suite: Suite, why: string): BuilderError {
  return new BuilderError(
    "base_unavailable",
    `No base image for Debian ${suite}: no registry gives one, and it cannot be made here (${why.slice(0, 300)}).`,
    `Pull or load an image as ${baseTag(suite)}, or install mmdebstrap and start as root.`,
  );
}
