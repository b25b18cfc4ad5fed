import { CONTEXT_FOLDER } from "./assets.ts";
import type { BaseFallback } from "./base-fallback.ts";
import type { Dockerfile, Instruction } from "./dockerfile.ts";
import {
  aptStep,
  CERTIFICATE_ARGS,
  CERTIFICATES_MOUNT,
  HOME,
  layerTag,
  PATH_PREFIX,
  REPO_DIR,
  serverDockerfile,
} from "./server-recipe.ts";
import type { Suite } from "./types.ts";

export interface ContractOptions {
  suite: Suite;
  certificates: boolean;
  /** What stands in for images that no registry gives; with it, the shared layers are images of their own. */
  engine?: { fallbacks: Map<string, BaseFallback>; cacheKey: string };
}

/** The author's Dockerfile, followed by what sessions rely on: the user, Jupyter's server, the kernel, the command. */
export function renderContract(parsed: Dockerfile, options: ContractOptions): string {
  const { suite, engine } = options;
  const mount = options.certificates ? [CERTIFICATES_MOUNT] : [];
  const fallbacks = engine?.fallbacks ?? new Map<string, BaseFallback>();
  const first = parsed.instructions.findIndex((one) => one.keyword === "FROM");
  const parts = parsed.instructions.slice(0, first).flatMap((one) => one.source);

  const suites = new Set<Suite>([...fallbacks.values()].map((one) => one.suite));
  if (engine === undefined) {
    parts.push(serverDockerfile(`debian:${suite}-slim`, suite));
  } else {
    parts.push(`FROM ${layerTag("tools", suite)} AS colophon-tools`);
    for (const one of suites)
      parts.push(`FROM ${layerTag("server", one)} AS colophon-server-${one}`);
  }
  for (const [image, fallback] of fallbacks) {
    parts.push(fallbackStage(image, fallback, mount));
  }
  parts.push("# The author's Dockerfile.");
  for (const one of parsed.instructions.slice(first))
    parts.push(...rewrite(one, parsed, fallbacks, mount));

  const mounts = [
    "--mount=type=bind,from=colophon-tools,source=/opt/uv/bin,target=/opt/colophon/tools",
    `--mount=type=cache,id=colophon-uv-${engine?.cacheKey ?? "author"},target=/opt/colophon/cache`,
    ...mount,
  ];
  parts.push(`
# What sessions rely on.
USER root
SHELL ["/bin/sh", "-c"]
ENTRYPOINT []
HEALTHCHECK NONE
${CERTIFICATE_ARGS}
COPY ${CONTEXT_FOLDER}/assets/ /opt/colophon/assets/
RUN sh /opt/colophon/assets/adopt-packages
RUN ${mounts.join(" \\\n    ")} \\
    sh /opt/colophon/assets/adopt
ENV HOME=${HOME} USER=jovyan NB_USER=jovyan NB_UID=1000 REPO_DIR=${REPO_DIR} SHELL=/bin/bash LANG=C.UTF-8
ENV JUPYTER_PATH=/opt/env/share/jupyter
ENV PATH=${PATH_PREFIX}:$PATH
USER jovyan
RUN /opt/colophon/libexec/finish
WORKDIR ${REPO_DIR}
EXPOSE 8888
CMD ["/opt/colophon/bin/serve"]`);
  return `${parts.join("\n").trimEnd()}\n`;
}

export function fallbackStageName(image: string): string {
  return `colophon-base-${image.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
}

function fallbackStage(image: string, fallback: BaseFallback, mount: string[]): string {
  const lines = [
    `# Stands in for ${image}, which no registry gives.`,
    `FROM colophon-server-${fallback.suite} AS ${fallbackStageName(image)}`,
    CERTIFICATE_ARGS,
  ];
  if (fallback.apt.length > 0) lines.push(aptStep(fallback.apt));
  if (fallback.python !== undefined) {
    const mounts = [
      "--mount=type=bind,from=colophon-tools,source=/opt/uv/bin,target=/opt/colophon/tools",
      "--mount=type=cache,id=colophon-uv,target=/opt/colophon/cache,uid=1000,gid=1000",
      ...mount,
    ];
    const uv = "/opt/colophon/tools/uv --cache-dir /opt/colophon/cache";
    lines.push(
      "USER jovyan",
      `RUN ${mounts.join(" \\\n    ")} \\
    ${uv} venv --quiet --seed --allow-existing --python /usr/bin/python3 /opt/env \\
 && ${uv} pip install --no-build --link-mode copy --compile-bytecode --python /opt/env/bin/python ${["ipykernel", ...fallback.python].join(" ")}`,
    );
    if (fallback.user === "root") lines.push("USER root", "WORKDIR /");
  } else {
    lines.push("WORKDIR /");
  }
  return `${lines.join("\n")}\n`;
}

/** FROM and --from with their stand-ins, RUN with the certificates; the rest word for word. */
function rewrite(
  one: Instruction,
  parsed: Dockerfile,
  fallbacks: Map<string, BaseFallback>,
  mount: string[],
): string[] {
  const [head = "", ...tail] = one.source;
  if (one.keyword === "FROM") {
    const stage = parsed.stages.find((candidate) => candidate.line === one.line);
    if (stage === undefined) return one.source;
    const image = fallbacks.has(stage.image) ? fallbackStageName(stage.image) : stage.image;
    const name = stage.name === undefined ? "" : ` AS ${stage.name}`;
    const from = `FROM ${image}${name}`;
    return stage.image === "scratch" ? [from] : [from, CERTIFICATE_ARGS];
  }
  if (one.keyword === "RUN" && mount.length > 0) {
    return [head.replace(/^(\s*\w+)/, `$1 ${mount.join(" ")}`), ...tail];
  }
  if (fallbacks.size > 0 && /--(?:from|mount)=/.test(one.rest)) {
    let text = one.source.join("\n");
    for (const image of fallbacks.keys())
      text = text.replaceAll(`from=${image}`, `from=${fallbackStageName(image)}`);
    return text.split("\n");
  }
  return one.source;
}
