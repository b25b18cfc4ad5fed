import { baseTag, ensureBase } from "./bases.ts";
import { DOCKERFILE_PATH, packContext } from "./context.ts";
import { runEngineBuild } from "./engine-build.ts";
import { imageId } from "./images.ts";
import { type Layer, layerTag, serverDockerfile } from "./server-recipe.ts";
import type { BaseSource, EnsureOptions } from "./types.ts";

const MESSAGES: Record<Layer, string> = {
  tools: "Preparing the installer",
  server: "Preparing Jupyter's server (once for all environments)",
  toolchain: "Preparing compilers (once for all environments)",
};

/**
 * Makes sure that a layer which all images of a suite share is there, as an image of its own so that it stays the same
 * when the engine's build cache is emptied. Gives its id, and where the base below it came from.
 */
export async function ensureLayer(
  layer: Layer,
  options: EnsureOptions,
): Promise<{ image: string; baseSource: BaseSource }> {
  const tag = layerTag(layer, options.suite);
  const present = await imageId(options.docker, tag);
  if (present !== undefined) return { image: present, baseSource: "present" };
  const base = await ensureBase(options);
  options.onEvent?.({
    type: "phase",
    phase: layer === "toolchain" ? "toolchain" : "server",
    message: MESSAGES[layer],
  });
  const image = await runEngineBuild({
    docker: options.docker,
    context: packContext({
      dockerfile: serverDockerfile(
        baseTag(options.suite),
        options.suite,
        options.caBundle !== undefined,
      ),
      caBundle: options.caBundle,
    }),
    dockerfile: DOCKERFILE_PATH,
    tag,
    labels: { colophon: layer },
    target: `colophon-${layer}`,
    signal: options.signal,
    onEvent: options.onEvent,
  });
  return { image, baseSource: base.source };
}

/** The layers that every environment of a suite needs: the installer for its build, the server below its image. */
export async function ensureServerLayer(
  options: EnsureOptions,
): Promise<{ image: string; baseSource: BaseSource }> {
  const tools = await ensureLayer("tools", options);
  const server = await ensureLayer("server", options);
  return tools.baseSource === "present" ? server : { ...server, baseSource: tools.baseSource };
}
