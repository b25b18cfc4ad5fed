import {
  type Contents,
  Drive,
  type Kernel,
  KernelConnection,
  ServerConnection,
  SessionAPI,
} from "@jupyterlab/services";
import type { SessionView } from "#lib/sessions/index.ts";

/** A session's server as the page uses it. */
export interface Attachment {
  kernel: Kernel.IKernelConnection;
  contents: Contents.IDrive;
  /** The notebook file as it is in the workspace now. */
  file: Contents.IModel;
  settings: ServerConnection.ISettings;
}

function settingsOf({ browserUrl, url, token }: SessionView): ServerConnection.ISettings {
  const base = browserUrl ?? url;
  if (!base || !token) throw new Error("this session cannot be entered");
  const [baseUrl = base] = base.split("?");
  return ServerConnection.makeSettings({
    baseUrl,
    wsUrl: baseUrl.replace(/^http/, "ws"),
    token,
    appendToken: true,
    // What proves the right is the token alone.
    init: { cache: "no-store", credentials: "omit" },
  });
}

/**
 * Attaches to a ready session: the notebook's kernel, by a Jupyter session for its path (so that JupyterLab finds the
 * same one), and its file. Both are asked for at once. Throws ServerConnection's errors.
 */
export async function attach(
  session: SessionView,
  path: string,
  kernelName: string | null,
): Promise<Attachment> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attachOnce(session, path, kernelName);
    } catch (error) {
      if (attempt === attempts || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 500));
    }
  }
}

const attempts = 4;

/** A server that is just being taken into use, or a gateway that is just being started anew. */
function isPassing(error: unknown): boolean {
  if (error instanceof ServerConnection.NetworkError) return true;
  return (
    error instanceof ServerConnection.ResponseError &&
    [502, 503, 504].includes(error.response.status)
  );
}

async function attachOnce(
  session: SessionView,
  path: string,
  kernelName: string | null,
): Promise<Attachment> {
  const settings = settingsOf(session);
  const contents = new Drive({ serverSettings: settings });
  const [file, kernel] = await Promise.all([
    contents.get(path, { type: "notebook", format: "json", content: true }),
    attachKernel(settings, path, kernelName),
  ]);
  return { kernel, contents, file, settings };
}

async function attachKernel(
  settings: ServerConnection.ISettings,
  path: string,
  kernelName: string | null,
): Promise<Kernel.IKernelConnection> {
  const start = (name: string | null) =>
    SessionAPI.startSession(
      {
        path,
        name: path.split("/").at(-1) ?? path,
        type: "notebook",
        kernel: name === null ? {} : { name },
      },
      settings,
    );
  let model: Awaited<ReturnType<typeof start>>;
  try {
    model = await start(kernelName);
  } catch (error) {
    // The author's name for it need not be the environment's.
    if (kernelName === null || !(error instanceof ServerConnection.ResponseError)) throw error;
    if (isPassing(error) || error.response.status < 500) throw error;
    model = await start(null);
  }
  if (!model.kernel) throw new Error("the server gave no kernel");
  return new KernelConnection({ model: model.kernel, serverSettings: settings });
}
