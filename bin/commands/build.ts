import { BUILD_USAGE, runBuildCommand } from "#builder/index.ts";
import { config } from "#lib/config.ts";
import type { Command } from "../cli/command.ts";

/** Builds an image from a folder; needs no portal, only Docker. */
export const build: Command = {
  usage: BUILD_USAGE,
  async run(argv, streams) {
    const { dockerHost, caBundle } = config();
    const engine =
      dockerHost && !argv.includes("--docker-host") ? ["--docker-host", dockerHost] : [];
    const bundle = caBundle && !argv.includes("--ca-bundle") ? ["--ca-bundle", caBundle] : [];
    return await runBuildCommand([...argv, ...engine, ...bundle], streams);
  },
};
