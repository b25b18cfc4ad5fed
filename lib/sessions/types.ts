/** Where the gateway dials a session's server. Remote engines give tcp addresses. */
export type SessionAddress =
  | { kind: "unix"; path: string }
  | { kind: "tcp"; host: string; port: number };

export type SessionState = "queued" | "starting" | "ready" | "stopping" | "ended" | "failed";

/** A session as its page and the API show it. url, token: only for whoever it belongs to, and only while it lives. */
export interface SessionView {
  id: string;
  state: SessionState;
  /** Of what it waits for now, for a person: "Building the environment", "Waiting for a free place (2 before you)" … */
  message: string;
  publication: { id: string; slug: string; title: string; version: number; doi: string | null };
  versionId: string;
  /** A fork's draft: what is changed is kept with it. */
  isFork: boolean;
  path: string | null;
  eventsUrl: string;
  buildId: string | null;
  /** Works everywhere, programs included: `<gateway>/s/<id>/`. */
  url?: string;
  /** The same in an origin of its own, for browsers; equals `url` where wildcard names do not resolve. */
  browserUrl?: string;
  token?: string;
  createdAt: string;
  readyAt: string | null;
  expiresAt: string | null;
  lastActivityAt: string;
  endedAt: string | null;
  endReason: string | null;
  failure: { message: string; hint: string; log?: string } | null;
  workspaceId: string;
  /** Which application it opens; null: the notebook. */
  app: string | null;
  /** The same for people, and where it is below the session's address. */
  application: { title: string; path: string } | null;
  /** Taken from the warm pool. */
  warm: boolean;
  /** When it ends by itself unless somebody acts, while it is ready: the sooner of idle and maximum end. */
  endsAt: string | null;
  endsBecause: "idle" | "expired" | null;
  /** From when its person is to be warned of that end. */
  warnFrom: string | null;
  /** Whether POST …/extend would move that end. */
  canExtend: boolean;
  /** Its place among those that wait, from 1, while it waits for one. */
  queue: { position: number; length: number } | null;
  workspace: WorkspaceView;
}

/** What a session changed, and until when that is kept. */
export interface WorkspaceView {
  id: string;
  /** Of what was changed; as last measured. */
  sizeBytes: number;
  quotaBytes: number;
  /** It has outgrown its quota: nothing more can be written. */
  isFull: boolean;
  /** Null: while a session lives in it, or as long as the draft that it belongs to. */
  expiresAt: string | null;
  state: "kept" | "gone";
}

/** What can be asked of POST /api/sessions. */
export interface SessionRequest {
  doi?: string;
  fork?: string;
  /** Id of an ended session, to go on with what was changed in it. */
  resume?: string;
  path?: string;
  parameters?: Record<string, unknown>;
  /** An application of the environment instead of the notebook. */
  app?: string;
}

/** What every way of launching hands to `beginSession`: checked, and with the right to it. */
export interface Beginning {
  publicationId: string;
  versionId: string;
  /** Go on in this workspace, which the viewer may use. Without: a draft's own, else a new one. */
  workspaceId?: string;
  path: string | null;
  parameters?: Record<string, unknown> | undefined;
  app?: string | undefined;
  /** The address that asked, for quotas; null for the system's own doing. */
  clientAddress: string | null;
  /** Further variables of the server's environment (BINDER_…). */
  environmentVariables?: Record<string, string>;
}

/** What an engine can do beyond the bare minimum: sessions choose their ways by it. */
export interface EngineCapabilities {
  /** Directories of this host can be bound into containers (with unix sockets in them). */
  hostMounts: boolean;
  /** What this process mounts on the host, for example an overlay, is seen in such a bound directory. */
  ownMounts: boolean;
  /** The engine itself mounts an overlay given by host paths. */
  overlayVolumes: boolean;
}

/** How a running server sees the version's files. */
export type WorkspaceMount =
  | { kind: "bind"; source: string }
  /** The folder is empty yet; what this host mounts on it while the server runs is seen by the server too. */
  | { kind: "later"; source: string }
  | { kind: "overlay"; lower: string; upper: string; work: string }
  /** `files` gives a tar of everything that the root directory shall hold. */
  | { kind: "stream"; files: () => NodeJS.ReadableStream };

/** A server to start. Starting one for a session that has one already takes that over. */
export interface StartRequest {
  sessionId: string;
  /** Digest of an image that our builder produced; nothing else is started. */
  image: string;
  /** Where in the server the files are. */
  rootDirectory: string;
  env: Record<string, string>;
  workspace: WorkspaceMount;
  /** Host folder for the server's unix socket; absent where the engine has no host mounts. */
  socketDirectory: string | undefined;
  limits: { memoryBytes: number; cpus: number; pids: number };
  /** Nobody waits for it: it gets what other servers leave of the processors, until it is brought forward. */
  inBackground?: boolean;
}

export interface RunningServer {
  /** The engine's own name for it. */
  ref: string;
  address: SessionAddress;
}

export interface ServerStatus {
  ref: string;
  sessionId: string;
  state: "created" | "running" | "exited";
  exitCode: number | null;
  outOfMemory: boolean;
}

export interface ServerUsage {
  /** Without what is only cached of files. */
  memoryBytes: number;
  /** Of all processors together, since it started. */
  cpuSeconds: number;
}

/** The port to wherever containers run. No word of Docker in its types. */
export interface Engine {
  name: string;
  capabilities(): Promise<EngineCapabilities>;
  /** Rejects with ColophonError `engine_unavailable` when nothing answers. */
  ping(): Promise<void>;
  start(request: StartRequest): Promise<RunningServer>;
  /** Gives a server that was started in the background its full share of the processors. */
  bringForward(ref: string): Promise<void>;
  /** Resolves when the server runs no more. */
  exited(ref: string, signal: AbortSignal): Promise<void>;
  /** Stops the server after a short grace, so that its files can be read. Nothing to stop is no error. */
  stop(ref: string): Promise<void>;
  /** Removes what is left of a server, running or not. */
  remove(ref: string): Promise<void>;
  inspect(ref: string): Promise<ServerStatus | null>;
  /** What a server uses now; null where it does not run. */
  usage(ref: string): Promise<ServerUsage | null>;
  /** Every server that carries this installation's label. */
  list(): Promise<ServerStatus[]>;
  /** Exits, as they happen. Ends when the connection does. */
  events(signal: AbortSignal): AsyncIterable<{ ref: string; sessionId: string }>;
  exec(ref: string, command: string[]): Promise<{ exitCode: number; output: string }>;
  /** The last lines that a server wrote, both streams. */
  logs(ref: string, tail: number): Promise<string>;
  /** A tar of a directory of a server, running or not. */
  getFiles(ref: string, directory: string): Promise<NodeJS.ReadableStream>;
  /** A tar of a workspace as a session would see it, without running anything; for overlays mounted by the engine. */
  readOverlay(workspace: WorkspaceMount & { kind: "overlay" }): Promise<NodeJS.ReadableStream>;
  /** Removes entries of a host folder in which servers have left files that are not ours to remove. */
  removeHostFiles(directory: string, names: string[], image: string): Promise<void>;
}
