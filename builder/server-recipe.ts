import { createHash } from "node:crypto";
import { ASSETS_HASH, CONTEXT_FOLDER } from "./assets.ts";
import type { Suite } from "./types.ts";

export const UV_VERSION = "0.13.9";

/** Paths inside an image that the recipes, the scripts and the sessions agree on. */
export const HOME = "/home/jovyan";
export const REPO_DIR = `${HOME}/work`;
export const PATH_PREFIX = `${HOME}/.local/bin:${REPO_DIR}/.local/bin:/opt/env/bin`;

/**
 * Where a step finds the certificates it trusts. The file is Debian's own; a host's bundle may be bound over it for the
 * length of a step. As ARG the names reach RUN steps and stay out of the image's environment.
 */
export const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
export const CERTIFICATE_ARGS = [
  "SSL_CERT_FILE",
  "PIP_CERT",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "NODE_EXTRA_CA_CERTS",
]
  .map((name) => `ARG ${name}=${CERTIFICATES}`)
  .join("\n");

export const CERTIFICATES_FILE = `${CONTEXT_FOLDER}/ca.crt`;
export const CERTIFICATES_MOUNT = `--mount=type=bind,source=${CERTIFICATES_FILE},target=${CERTIFICATES}`;

export type Layer = "tools" | "server" | "toolchain";

/** A step that installs Debian packages and leaves no index behind. */
export function aptStep(packages: string[]): string {
  return `RUN apt-get update -q \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \\
      ${packages.join(" \\\n      ")} \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log`;
}

/** The stages that all images share: uv (never in an image), Jupyter's server, compilers for what has no wheel. */
export function serverDockerfile(base: string, suite: Suite, certificates = false): string {
  // Before Python 3.10 the installer needs distutils, which Debian packages apart.
  const python = suite === "bullseye" ? ["python3", "python3-distutils"] : ["python3"];
  const trusted = certificates ? `${CERTIFICATES_MOUNT} \\\n    ` : "";
  return `# uv, for use during builds only.
FROM ${base} AS colophon-tools
${CERTIFICATE_ARGS}
${aptStep(["ca-certificates", "python3-venv"])}
RUN ${trusted}python3 -m venv /opt/uv \\
 && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check --quiet uv==${UV_VERSION}

# Jupyter's server in an environment of its own: no author's pin can break it.
FROM ${base} AS colophon-server
${CERTIFICATE_ARGS}
${aptStep(["ca-certificates", ...python])}
COPY ${CONTEXT_FOLDER}/assets/become-jovyan ${CONTEXT_FOLDER}/assets/trim-server ${CONTEXT_FOLDER}/assets/server-requirements.txt /opt/colophon/libexec/
RUN /opt/colophon/libexec/become-jovyan && install -d -o jovyan -g jovyan /opt/env /opt/colophon/record /opt/colophon/postbuild
RUN ${trusted}--mount=type=bind,from=colophon-tools,source=/opt/uv/bin,target=/opt/colophon/tools \\
    --mount=type=cache,id=colophon-uv-server,target=/opt/colophon/cache \\
    /opt/colophon/tools/uv --cache-dir /opt/colophon/cache venv --quiet --python /usr/bin/python3 /opt/colophon/server \\
 && /opt/colophon/tools/uv --cache-dir /opt/colophon/cache pip install --no-build --no-deps --link-mode copy \\
      --compile-bytecode --python /opt/colophon/server/bin/python -r /opt/colophon/libexec/server-requirements.txt \\
 && /opt/colophon/libexec/trim-server
COPY ${CONTEXT_FOLDER}/assets/ /opt/colophon/assets/
RUN /opt/colophon/assets/install-assets
ENV HOME=${HOME} USER=jovyan NB_USER=jovyan NB_UID=1000 REPO_DIR=${REPO_DIR} SHELL=/bin/bash LANG=C.UTF-8
ENV JUPYTER_PATH=/opt/env/share/jupyter
ENV PATH=${PATH_PREFIX}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR ${REPO_DIR}

# Compilers, for packages without wheels; only what they make reaches an image.
FROM colophon-server AS colophon-toolchain
${aptStep(["build-essential", "git", "pkg-config", "python3-dev"])}
`;
}

const SERVER_HASH = createHash("sha256")
  .update(serverDockerfile("base", "bookworm"))
  .update(serverDockerfile("base", "bullseye"))
  .update(ASSETS_HASH)
  .digest("hex");

/** The tag of a shared layer: it changes with the recipe, so old and new lie side by side. */
export function layerTag(layer: Layer, suite: Suite): string {
  return `colophon/${layer}:${suite}-${SERVER_HASH.slice(0, 12)}`;
}

/** Changes whenever a build of the same files could give another image. */
export const RECIPE_VERSION = `1-${SERVER_HASH.slice(0, 12)}`;
