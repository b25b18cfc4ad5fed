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
  url?: string;
  token?: string;
  createdAt: string;
  readyAt: string | null;
  expiresAt: string | null;
  lastActivityAt: string;
  endedAt: string | null;
  endReason: string | null;
  failure: { message: string; hint: string; log?: string } | null;
  workspaceId: string;
}

/** What can be asked of POST /api/sessions. */
export interface SessionRequest {
  doi?: string;
  fork?: string;
  path?: string;
  parameters?: Record<string, unknown>;
}

/** What an engine can do beyond the bare minimum: sessions choose their ways by it. */
export interface EngineCapabilities {
  /** Directories of this host can be bound into containers (with unix sockets in them). */
  hostMounts: boolean;
  /** The engine itself mounts an overlay given by host paths. */
  overlayVolumes: boolean;
}

/** How a running server sees the version's files. */
export type WorkspaceMount =
  | { kind: "bind"; source: string }
  | { kind: "overlay"; lower: string; upper: string; work: string }
  | { kind: "stream" };

export interface StartRequest {
  sessionId: string;
  /** Digest of an image that our builder produced; nothing else is started. */
  image: string;
  env: Record<string, string>;
  workspace: WorkspaceMount;
  /** Host folder for the server's unix socket, where hostMounts. */
  socketDirectory?: string;
  limits: { memoryBytes: number; cpus: number; pids: number };
  labels: Record<string, string>;
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

/** The port to wherever containers run. No word of Docker in its types. */
export interface Engine {
  name: string;
  capabilities(): Promise<EngineCapabilities>;
  /** Rejects with ColophonError `engine_unavailable` when nothing answers. */
  ping(): Promise<void>;
  start(request: StartRequest, signal: AbortSignal): Promise<RunningServer>;
  stop(ref: string): Promise<void>;
  inspect(ref: string): Promise<ServerStatus | null>;
  /** Every server that carries this installation's label. */
  list(): Promise<ServerStatus[]>;
  /** Exits and out-of-memory kills, as they happen. */
  events(
    signal: AbortSignal,
  ): AsyncIterable<{ ref: string; sessionId: string; kind: "exited" | "oom" }>;
  exec(ref: string, command: string[]): Promise<{ exitCode: number; output: string }>;
  logs(ref: string, tail: number): Promise<string>;
  putFiles(ref: string, directory: string, tar: NodeJS.ReadableStream): Promise<void>;
  getFiles(ref: string, directory: string): Promise<NodeJS.ReadableStream>;
}
