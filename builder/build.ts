import { createHash } from "node:crypto";
import type Dockerode from "dockerode";
import { type BaseFallback, fallbackFor } from "./base-fallback.ts";
import { DOCKERFILE_PATH, packContext } from "./context.ts";
import { type Dockerfile, parseDockerfile } from "./dockerfile.ts";
import { renderContract } from "./dockerfile-contract.ts";
import { EngineBuildFailure, runEngineBuild } from "./engine-build.ts";
import { BuilderError } from "./error.ts";
import { explainFailure, wantsCompilers } from "./explain.ts";
import { imageId, pullImage } from "./images.ts";
import { readInstalled } from "./installed.ts";
import { ensureLayer, ensureServerLayer } from "./layers.ts";
import { readEnvironmentFile } from "./list-files.ts";
import { renderForEngine } from "./recipe.ts";
import type {
  BaseSource,
  BuildOptions,
  BuiltImage,
  ContextFile,
  EnvironmentSpec,
  Suite,
} from "./types.ts";

const TIME_LIMIT_MS = 60 * 60_000;

/**
 * Builds the image of an environment. `dir` must still hold the files that `spec` was read from.
 * Throws BuilderError: `build_failed` with the log's tail, `build_cancelled`, `build_timeout`, `base_unavailable`,
 * `base_not_allowed` or `engine_unavailable`.
 */
export async function buildEnvironment(
  spec: EnvironmentSpec,
  options: BuildOptions,
): Promise<BuiltImage> {
  const limit = AbortSignal.timeout(options.timeLimitMs ?? TIME_LIMIT_MS);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  try {
    const bounded = { ...options, signal };
    return spec.plan.dockerfile === undefined
      ? await buildDeclared(spec, bounded)
      : await buildDockerfile(spec, spec.plan.dockerfile, bounded);
  } catch (error) {
    if (options.signal?.aborted === true) {
      throw new BuilderError(
        "build_cancelled",
        "The build was cancelled.",
        "Start it again when you want it.",
        { cause: error },
      );
    }
    if (limit.aborted) {
      throw new BuilderError(
        "build_timeout",
        `The build took longer than ${Math.round((options.timeLimitMs ?? TIME_LIMIT_MS) / 60_000)} minutes and was stopped.`,
        "Install fewer or smaller packages, or packages with wheels.",
        { cause: error },
      );
    }
    if (error instanceof EngineBuildFailure) {
      const explained = explainFailure(error.log);
      throw new BuilderError("build_failed", explained.cause, explained.hint, {
        log: error.log,
        cause: error,
      });
    }
    throw error;
  }
}

type Bounded = BuildOptions & { signal: AbortSignal };

async function buildDeclared(spec: EnvironmentSpec, options: Bounded): Promise<BuiltImage> {
  const suite = spec.baseSuite;
  const shared = { ...options, suite };
  const { baseSource } = await ensureServerLayer(shared);
  const deviations = [...spec.deviations];
  let compile = spec.plan.compile;
  for (;;) {
    if (compile) await ensureLayer("toolchain", shared);
    const dockerfile = renderForEngine({
      plan: spec.plan,
      suite,
      compile,
      certificates: options.caBundle !== undefined,
      engine: { cacheKey: spec.key.slice(0, 24), digests: digestsOf(spec) },
    });
    try {
      return await buildImage(spec, dockerfile, { baseSource, deviations }, options);
    } catch (error) {
      if (compile || !(error instanceof EngineBuildFailure) || !wantsCompilers(error.log))
        throw error;
      compile = true;
      options.onEvent?.({
        type: "phase",
        phase: "toolchain",
        message: "A package has no wheel for this Python: starting again with compilers",
      });
    }
  }
}

function digestsOf(spec: EnvironmentSpec): { install: string; bundle: string } {
  const digest = (files: ContextFile[]) =>
    createHash("sha256")
      .update(
        JSON.stringify([
          spec.plan.translated,
          files.map((file) => [file.path, file.sha256, file.executable]),
        ]),
      )
      .digest("hex");
  const { postBuild, start } = spec.plan;
  const declared = new Set(spec.summary.declaredBy);
  return {
    install: digest(
      spec.files.filter(
        (file) => declared.has(file.path) && file.path !== postBuild && file.path !== start,
      ),
    ),
    bundle: digest(spec.files),
  };
}

async function buildDockerfile(
  spec: EnvironmentSpec,
  path: string,
  options: Bounded,
): Promise<BuiltImage> {
  const file = spec.files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`The spec lacks its own ${path}.`);
  const parsed = parseDockerfile(await readEnvironmentFile(options.dir, file), path);
  const fallbacks = await resolveBases(parsed, path, options);
  const suites = new Set<Suite>([...fallbacks.values()].map((one) => one.suite));
  let baseSource: BaseSource = fallbacks.size > 0 ? "distribution" : "registry";
  for (const suite of suites) await ensureServerLayer({ ...options, suite });
  await ensureLayer("tools", { ...options, suite: spec.baseSuite });
  if (parsed.images.length === 0) baseSource = "present";
  const dockerfile = renderContract(parsed, {
    suite: spec.baseSuite,
    certificates: options.caBundle !== undefined,
    engine: { fallbacks, cacheKey: spec.key.slice(0, 24) },
  });
  const deviations = [...spec.deviations, ...[...fallbacks.values()].map((one) => one.deviation)];
  return buildImage(spec, dockerfile, { baseSource, deviations }, options);
}

/**
 * Decides where each image of an author's Dockerfile comes from. A registry's answer is preferred; an image that merely
 * lies on this machine is used only where its name is a well-known public one, since others may be private.
 */
async function resolveBases(
  parsed: Dockerfile,
  file: string,
  options: Bounded,
): Promise<Map<string, BaseFallback>> {
  const fallbacks = new Map<string, BaseFallback>();
  for (const image of parsed.images) {
    const line = parsed.stages.find((stage) => stage.image === image)?.line;
    const place = line === undefined ? { file } : { file, line };
    if (/^(?:docker\.io\/)?colophon\//.test(image)) {
      throw new BuilderError(
        "base_not_allowed",
        `${file}: ${image} is one of the builder's own images.`,
        "Begin from a public image.",
        place,
      );
    }
    const fallback = fallbackFor(image);
    if (fallback !== undefined && (await imageId(options.docker, image)) !== undefined) continue;
    options.onEvent?.({ type: "phase", phase: "base", message: `Getting ${image}` });
    if (await pullImage(options.docker, image, options.signal)) continue;
    if (fallback === undefined) {
      throw new BuilderError(
        "base_unavailable",
        `${file}: the image ${image} cannot be had from a registry.`,
        "Begin from debian, python, buildpack-deps or jupyter/base-notebook, for which something can stand in.",
        place,
      );
    }
    fallbacks.set(image, fallback);
  }
  return fallbacks;
}

async function buildImage(
  spec: EnvironmentSpec,
  dockerfile: string,
  about: { baseSource: BaseSource; deviations: string[] },
  options: Bounded,
): Promise<BuiltImage> {
  const { docker, onEvent, signal } = options;
  onEvent?.({ type: "phase", phase: "environment", message: "Installing the environment" });
  const tag = environmentTag(spec.key);
  const id = await runEngineBuild({
    docker,
    context: packContext({
      dockerfile,
      bundle: { dir: options.dir, files: spec.files },
      translated: spec.plan.translated,
      caBundle: options.caBundle,
    }),
    dockerfile: DOCKERFILE_PATH,
    tag,
    labels: { colophon: "environment", "colophon.environment.key": spec.key },
    signal,
    onEvent,
  });
  onEvent?.({ type: "phase", phase: "inspect", message: "Recording what was installed" });
  const installed = await readInstalled(docker, id);
  const { Size: size } = await docker.getImage(id).inspect();
  if (options.tag !== undefined) await addTag(docker, id, options.tag);
  onEvent?.({ type: "phase", phase: "done", message: `Built ${tag}` });
  return { imageId: id, tag, size, installed, dockerfile, ...about };
}

/** The tag under which an environment's image is found again. */
export function environmentTag(key: string): string {
  return `colophon/environment:${key.slice(0, 24)}`;
}

async function addTag(docker: Dockerode, id: string, name: string): Promise<void> {
  const [repo = name, tag = "latest"] = name.split(/:(?=[^/]*$)/);
  await docker.getImage(id).tag({ repo, tag });
}
