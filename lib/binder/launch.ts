import { systemViewer, type Viewer } from "#lib/accounts/index.ts";
import { findByDoi } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { ColophonError } from "#lib/errors.ts";
import { doiUrl } from "#lib/identifiers/index.ts";
import { beginSession, endSession } from "#lib/sessions/index.ts";
import { buildImage } from "./build-image.ts";
import { fetchFiles } from "./fetch-files.ts";
import { followSession } from "./follow-session.ts";
import { type ForeignProvider, resolveSpec } from "./resolve.ts";
import { type SourceVersion, sourceVersion } from "./source.ts";
import { parseSpec } from "./spec.ts";
import type { BinderEvent, BinderSpec, Resolved } from "./types.ts";

const holdMs = 60_000;

export interface BinderLaunch {
  /** `<provider>/<spec>` as it stands in the path of the request. */
  rawPath: string;
  /** Whom the session will belong to; nobody for a program without credentials. */
  viewer: Viewer;
  clientAddress: string | null;
  /** Build the image and start nothing. */
  buildOnly?: boolean;
  /** Milliseconds that the stream stays open after `ready`, so that an EventSource does not come back and launch again. */
  holdMs?: number;
}

/**
 * A launch through the Binder API, from the spec to a running server, told as it happens. Begins one session at most;
 * when the listener goes before the server is ready, that session is ended. Throws what is wrong with the request,
 * the repository, its environment or its server.
 */
export async function* launch(
  request: BinderLaunch,
  signal: AbortSignal,
): AsyncGenerator<BinderEvent> {
  const spec = parseSpec(request.rawPath);
  const found = yield* findVersion(spec, request.viewer, signal);
  const built = yield* buildImage(found.versionId, signal);
  if (request.buildOnly) {
    yield { phase: "ready", imageName: built, message: "Done! Image built\n" };
  } else {
    yield* run(request, spec, { ...found, image: built }, signal);
  }
  await quiet(request.holdMs ?? holdMs, signal);
}

interface Found extends SourceVersion {
  resolved: Pick<Resolved, "repoUrl" | "refUrl" | "persistentSpec">;
}

async function* findVersion(
  spec: BinderSpec,
  viewer: Viewer,
  signal: AbortSignal,
): AsyncGenerator<BinderEvent, Found> {
  if (!isForeign(spec)) return await ownVersion(spec.repository, viewer);
  const at = spec.ref === null || spec.ref === "HEAD" ? "" : ` at ${spec.ref}`;
  yield { phase: "waiting", message: `Looking for ${spec.repository}${at}\n` };
  const resolved = await resolveSpec(spec, signal);
  if (resolved.note) yield { phase: "waiting", message: `${resolved.note}\n` };
  const version = await sourceVersion(spec, resolved);
  yield* fetchFiles(version.versionId, resolved, signal);
  return { ...version, resolved };
}

function isForeign(spec: BinderSpec): spec is BinderSpec & { provider: ForeignProvider } {
  return spec.provider !== "doi";
}

async function ownVersion(doi: string, viewer: Viewer): Promise<Found> {
  const { publication, version } = await findByDoi(doi, viewer);
  if (version.state === "withdrawn") {
    throw new ColophonError("version_withdrawn", 410, "This version was withdrawn.", {
      hint: version.withdrawReason ?? "Its authors gave no reason.",
    });
  }
  const address = doiUrl(doi, config().url);
  return {
    publicationId: publication.id,
    versionId: version.id,
    resolved: {
      repoUrl: address,
      refUrl: doiUrl(version.doi ?? doi, config().url),
      persistentSpec: version.doi ?? doi,
    },
  };
}

async function* run(
  { viewer, clientAddress }: BinderLaunch,
  spec: BinderSpec,
  { publicationId, versionId, image, resolved }: Found & { image: string },
  signal: AbortSignal,
): AsyncGenerator<BinderEvent> {
  if (signal.aborted) return;
  const facts = {
    repo_url: resolved.repoUrl,
    binder_ref_url: resolved.refUrl,
    binder_launch_host: `${config().url}/`,
    binder_request: `v2/${spec.provider}/${spec.spec}`,
    binder_persistent_request: `v2/${spec.provider}/${resolved.persistentSpec}`,
  };
  yield { phase: "launching", message: "Launching server...\n" };
  const { id } = await beginSession(
    {
      publicationId,
      versionId,
      path: null,
      clientAddress,
      environmentVariables: {
        BINDER_REPO_URL: facts.repo_url,
        BINDER_REF_URL: facts.binder_ref_url,
        BINDER_LAUNCH_HOST: facts.binder_launch_host,
        BINDER_REQUEST: facts.binder_request,
        BINDER_PERSISTENT_REQUEST: facts.binder_persistent_request,
      },
    },
    viewer,
  );
  let isHandedOver = false;
  try {
    const ready = yield* followSession(id, resolved.repoUrl, signal);
    if (!ready) return;
    isHandedOver = true;
    yield {
      phase: "ready",
      message: `server running at ${ready.url}\n`,
      ...ready,
      image,
      ...facts,
    };
  } finally {
    // Whoever asked for it has gone, and nobody else knows it.
    if (!isHandedOver) await endSession(id, systemViewer);
  }
}

async function quiet(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
  });
}
