import Dockerode from "dockerode";
import { buildEnvironment } from "./build.ts";
import { BuilderError } from "./error.ts";
import { explainFailure } from "./explain.ts";
import { readEnvironment } from "./read.ts";
import type { BuildEvent, BuiltImage, EnvironmentSpec } from "./types.ts";

export const BUILD_USAGE = `usage: colophon build DIR [--tag T] [--print-dockerfile] [--json]
                      [--docker-host URL] [--ca-bundle FILE]

Builds the image that DIR's environment files declare. Prints its tag; progress goes to standard error.`;

interface Arguments {
  dir: string;
  tag: string | undefined;
  print: boolean;
  json: boolean;
  dockerHost: string | undefined;
  caBundle: string | undefined;
}

export interface CommandStreams {
  out: (text: string) => void;
  err: (text: string) => void;
  signal?: AbortSignal | undefined;
}

const STREAMS: CommandStreams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** `colophon build`. Gives the exit code: 0 built, 1 the build failed, 2 bad usage. */
export async function runBuildCommand(
  argv: string[],
  streams: CommandStreams = STREAMS,
): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    streams.out(`${BUILD_USAGE}\n`);
    return 0;
  }
  const parsed = parseArguments(argv);
  if (typeof parsed === "string") {
    streams.err(`${parsed}\n${BUILD_USAGE}\n`);
    return 2;
  }
  try {
    const spec = await readEnvironment(parsed.dir);
    if (parsed.print) {
      streams.out(parsed.json ? `${JSON.stringify(spec, null, 2)}\n` : spec.dockerfile);
      return 0;
    }
    report(spec, streams);
    const image = await buildEnvironment(spec, {
      docker: new Dockerode(engineAt(parsed.dockerHost)),
      dir: parsed.dir,
      tag: parsed.tag,
      caBundle: parsed.caBundle,
      signal: streams.signal,
      onEvent: (event) => show(event, streams),
    });
    streams.out(
      parsed.json
        ? `${JSON.stringify({ key: spec.key, ...image }, null, 2)}\n`
        : summary(image, parsed.tag),
    );
    return 0;
  } catch (error) {
    return explain(error, parsed, streams);
  }
}

/** Where the engine answers, from a DOCKER_HOST; dockerode's own reading of it would look at the process environment. */
export function engineAt(host: string | undefined): Dockerode.DockerOptions {
  if (host === undefined || host === "") return { socketPath: "/var/run/docker.sock" };
  const unix = /^unix:\/\/(.+)$/.exec(host);
  if (unix !== null) return { socketPath: unix[1] };
  const url = new URL(host.replace(/^tcp:/, "http:"));
  const protocol = url.protocol === "https:" ? "https" : "http";
  return { host: url.hostname, port: url.port === "" ? 2375 : Number(url.port), protocol };
}

function parseArguments(argv: string[]): Arguments | string {
  const found: Arguments = {
    dir: "",
    tag: undefined,
    print: false,
    json: false,
    dockerHost: undefined,
    caBundle: undefined,
  };
  const rest = [...argv];
  for (let one = rest.shift(); one !== undefined; one = rest.shift()) {
    if (one === "--print-dockerfile") found.print = true;
    else if (one === "--json") found.json = true;
    else if (one === "--tag" || one === "--docker-host" || one === "--ca-bundle") {
      const value = rest.shift();
      if (value === undefined || value === "") return `${one} needs a value.`;
      if (one === "--tag") found.tag = value;
      else if (one === "--docker-host") found.dockerHost = value;
      else found.caBundle = value;
    } else if (one.startsWith("-")) return `There is no option ${one}.`;
    else if (found.dir !== "") return "Name one directory only.";
    else found.dir = one;
  }
  if (found.dir === "") return "Name the directory to build.";
  if (found.tag !== undefined && !/^[a-z0-9][a-z0-9._/:-]{0,200}$/.test(found.tag)) {
    return `"${found.tag.slice(0, 80)}" is not an image tag.`;
  }
  return found;
}

function report(spec: EnvironmentSpec, streams: CommandStreams): void {
  const { language, languageVersion, declaredBy } = spec.summary;
  const by = declaredBy.length > 0 ? declaredBy.join(", ") : "nothing: the plain default";
  streams.err(`${language} ${languageVersion}`.trim());
  streams.err(`, declared by ${by}\n`);
  for (const deviation of spec.deviations) streams.err(`deviation: ${deviation}\n`);
  for (const warning of spec.warnings) streams.err(`warning: ${warning}\n`);
}

function show(event: BuildEvent, streams: CommandStreams): void {
  if (event.type === "phase") streams.err(`==> ${event.message}\n`);
  else if (event.type === "log") streams.err(`${event.text}\n`);
  else if (event.durationMs === undefined)
    streams.err(`[${event.index}/${event.total}] ${event.name}\n`);
  else {
    const took = event.cached ? "cached" : `${(event.durationMs / 1000).toFixed(1)} s`;
    streams.err(`[${event.index}/${event.total}] done (${took})\n`);
  }
}

function summary(image: BuiltImage, tag: string | undefined): string {
  return `${tag ?? image.tag}\n`;
}

function explain(error: unknown, parsed: Arguments, streams: CommandStreams): number {
  if (!(error instanceof BuilderError)) {
    const missing =
      error instanceof Error &&
      "code" in error &&
      (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (missing) {
      streams.err(`${parsed.dir} is not a directory that can be read.\n`);
      return 2;
    }
    throw error;
  }
  if (parsed.json) {
    const { code, message, hint, file, line } = error;
    streams.out(`${JSON.stringify({ error: { code, message, hint, file, line } }, null, 2)}\n`);
  }
  streams.err(`\n${error.message}\n${error.hint}\n`);
  if (error.log !== undefined) {
    for (const line of explainFailure(error.log).lines) streams.err(`  ${line}\n`);
  }
  return 1;
}
