import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The checkout that this code runs from: prisma/, examples/ and .next/ are beside lib/. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const port = z.coerce.number().int().min(1).max(65535);
const count = z.coerce.number().int().positive();
const list = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));
const bytes = z.union([z.number(), z.string()]).transform((value, context) => {
  if (typeof value === "number") return value;
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(value.trim());
  if (!match) {
    context.addIssue({ code: "custom", message: `"${value}" is not a size such as 512m or 20g` });
    return z.NEVER;
  }
  const power = " kmgt".indexOf((match[2] ?? "").toLowerCase() || " ");
  return Math.round(Number(match[1]) * 1024 ** power);
});

/** Every option: its schema with default, and the line of documentation that the README's table shows. */
const options = {
  COLOPHON_DATA: [
    z.string().default("data"),
    "Folder for everything that must survive (PostgreSQL, blobs, trees, workspaces).",
  ],
  PORT: [port.default(3000), "Port of the portal."],
  GATEWAY_PORT: [port.default(3001), "Port of the gateway to sessions: a separate origin."],
  COLOPHON_BIND: [
    z.string().default("127.0.0.1"),
    "Address that the portal and the gateway listen on.",
  ],
  COLOPHON_URL: [
    z.url().optional(),
    "Address that people reach the portal at; also where the CLI finds it. Default `http://localhost:$PORT`.",
  ],
  COLOPHON_GATEWAY_URL: [
    z.url().optional(),
    "Address that people reach the gateway at. Default `http://localhost:$GATEWAY_PORT`.",
  ],
  COLOPHON_GATEWAY_WILDCARD: [
    z.enum(["auto", "on", "off"]).default("auto"),
    "Whether names below the gateway's host lead to it too, so that each session gets an origin of its own. auto: where that host is `localhost`. Without it sessions share one origin, which keeps them apart less well: their pages say so.",
  ],
  DATABASE_URL: [z.string().optional(), "PostgreSQL to use instead of the embedded one."],
  COLOPHON_POSTGRES_PORT: [
    port.default(5433),
    "Preferred loopback port of the embedded PostgreSQL; another free one is taken when it is busy.",
  ],
  DOCKER_HOST: [z.string().optional(), "Docker engine. Default: the local socket."],
  COLOPHON_TOKEN: [z.string().optional(), "API token for the CLI."],
  COLOPHON_SECRET: [
    z.string().min(16).optional(),
    "Key that signs login cookies. Default: made once and kept in the data folder.",
  ],
  COLOPHON_SIGN_UP: [
    z.enum(["open", "closed"]).default("open"),
    "Whether people may create their own account.",
  ],
  COLOPHON_FETCH_ALLOW: [
    list.default([]),
    "Comma-separated `host[:port]` that imports may reach although they are private addresses.",
  ],
  COLOPHON_GITHUB_API: [z.url().optional(), "GitHub API root, for GitHub Enterprise."],
  COLOPHON_GITHUB_TOKEN: [
    z.string().optional(),
    "Token for GitHub imports: more requests an hour, private repositories.",
  ],
  COLOPHON_GITLAB_URL: [
    z.url().default("https://gitlab.com"),
    "GitLab that `gl` launches come from.",
  ],
  COLOPHON_ZENODO_URL: [
    z.url().default("https://zenodo.org"),
    "Zenodo (or another InvenioRDM) that `zenodo` launches come from.",
  ],
  COLOPHON_FIGSHARE_API: [
    z.url().default("https://api.figshare.com/v2"),
    "Figshare API that `figshare` launches come from.",
  ],
  COLOPHON_DATAVERSE_URL: [
    z.url().optional(),
    "Dataverse that `dataverse` launches come from. Default: the one that each DOI leads to.",
  ],
  COLOPHON_HYDROSHARE_URL: [
    z.url().default("https://www.hydroshare.org"),
    "HydroShare that `hydroshare` launches come from.",
  ],
  COLOPHON_DOI_RESOLVER: [
    z.url().default("https://doi.org"),
    "Where DOIs of other archives are resolved.",
  ],
  COLOPHON_BINDER_DAYS: [
    z.coerce.number().positive().default(30),
    "Days that the files of a repository launched through the Binder API are kept after its last launch.",
  ],
  COLOPHON_DOI_PREFIX: [
    z
      .string()
      .regex(/^10\.\d{4,9}$/)
      .default("10.5072"),
    "DOI prefix. 10.5072 is the test prefix: its DOIs are not registered.",
  ],
  COLOPHON_PUBLISHER: [
    z.string().default("Colophon"),
    "Name of the archive, as publisher in citations.",
  ],
  COLOPHON_UPLOAD_MAX: [
    bytes.default(50 * 1024 ** 3),
    "Largest upload and largest bundle, unpacked.",
  ],
  COLOPHON_ENTRIES_MAX: [count.default(50_000), "Most files in a bundle."],
  COLOPHON_SESSION_MEMORY: [bytes.default(2 * 1024 ** 3), "Memory limit of a session."],
  COLOPHON_SESSION_CPUS: [z.coerce.number().positive().default(2), "CPU limit of a session."],
  COLOPHON_SESSION_PIDS: [count.default(512), "Most processes and threads in a session."],
  COLOPHON_SESSION_IDLE: [
    count.default(1800),
    "Seconds without activity after which a session ends.",
  ],
  COLOPHON_SESSION_MAX: [
    count.default(6 * 3600),
    "Seconds after which a session ends in any case.",
  ],
  COLOPHON_SESSION_START: [
    count.default(120),
    "Seconds within which a session's server must answer; after them it is stopped, and its log explains.",
  ],
  COLOPHON_SESSIONS_MAX: [
    count.default(24),
    "Most sessions at once; further ones wait in the queue.",
  ],
  COLOPHON_SESSION_DISK: [
    bytes.default(10 * 1024 ** 3),
    "Most that the changed and new files of one workspace may take.",
  ],
  COLOPHON_SESSION_SCRATCH: [
    bytes.default(1024 ** 3),
    "Size of a session's home folder and of its /tmp, each; both vanish with it.",
  ],
  COLOPHON_SESSION_EGRESS: [
    list.default([]),
    "Comma-separated `host[:port]` that sessions may reach through a proxy; private and link-local addresses stay denied. Empty: nothing.",
  ],
  COLOPHON_SESSION_RUNTIME: [
    z
      .string()
      .regex(/^[\w.-]+$/)
      .optional(),
    "Container runtime for sessions, as the engine knows it (`runsc`, `kata`). Default: the engine's own.",
  ],
  COLOPHON_SESSIONS_PER_ADDRESS: [
    count.default(24),
    "Most sessions at once from one address; further ones wait in the queue.",
  ],
  COLOPHON_SESSIONS_PER_LOGIN: [
    count.default(12),
    "Most sessions at once of one signed-in person; further ones wait in the queue.",
  ],
  COLOPHON_SESSIONS_PER_PUBLICATION: [
    count.default(24),
    "Most sessions at once of one publication, unless an administrator sets another; further ones wait in the queue.",
  ],
  COLOPHON_QUEUE_MAX: [
    count.default(500),
    "Most sessions that wait; a launch beyond it is refused and told when to come back.",
  ],
  COLOPHON_LAUNCHES_PER_HOUR: [
    count.default(600),
    "Most launches an hour from one address without a token.",
  ],
  COLOPHON_TRUSTED_PROXIES: [
    list.default([]),
    "Comma-separated addresses or networks of reverse proxies in front of the portal, whose `X-Forwarded-For` is believed. Empty: nobody's.",
  ],
  COLOPHON_POOL_MEMORY: [
    bytes.default(2 * 1024 ** 3),
    "Memory that servers which wait for a session may take together; 0 turns the warm pool off.",
  ],
  COLOPHON_POOL_MIN: [
    z.coerce.number().int().min(0).default(1),
    "Servers that wait for each popular environment, as far as the pool's memory goes.",
  ],
  COLOPHON_POOL_MAX: [count.default(12), "Most servers that wait for one environment."],
  COLOPHON_POOL_SLOT_SECONDS: [
    count.default(6 * 3600),
    "Seconds after which a server that nobody took is replaced.",
  ],
  COLOPHON_CORS_ORIGINS: [
    list.default(["*"]),
    "Origins whose pages may launch through the Binder API and reach a session with its token; `*`: all. Never with cookies.",
  ],
  COLOPHON_WORKSPACE_MODE: [
    z.enum(["auto", "overlay", "volume", "stream"]).default("auto"),
    "How a session sees its files: overlay mounted by us (root), overlay volume mounted by the engine, or streamed in.",
  ],
  COLOPHON_VISITOR_DAYS: [
    z.coerce.number().positive().default(1),
    "Days that a visitor's workspace is kept after its last session.",
  ],
  COLOPHON_MEMBER_DAYS: [
    z.coerce.number().positive().default(14),
    "Days that a member's workspace is kept after its last session.",
  ],
  COLOPHON_BUILDS: [count.default(2), "Builds at once."],
  COLOPHON_IMAGES_MAX: [
    bytes.default(40 * 1024 ** 3),
    "Disk space for images of environments; beyond it the least used go, and are built again when needed.",
  ],
  COLOPHON_BUILD_TIMEOUT: [count.default(3600), "Seconds after which a build is stopped."],
  COLOPHON_CA_BUNDLE: [
    z.string().optional(),
    "CA bundle for builds behind a TLS-inspecting proxy. Default: `SSL_CERT_FILE` of the host.",
  ],
  COLOPHON_EXAMPLES: [
    z.enum(["on", "off"]).default("on"),
    "Whether the gallery's own papers are published at the first start.",
  ],
  COLOPHON_LOG_LEVEL: [
    z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
    "Least important message that the processes log.",
  ],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

const schema = z.object({
  ...(Object.fromEntries(Object.entries(options).map(([name, [type]]) => [name, type])) as {
    [K in keyof typeof options]: (typeof options)[K][0];
  }),
  SSL_CERT_FILE: z.string().optional(),
});

/** Checked configuration, with every default filled in and every path absolute. */
export type Config = ReturnType<typeof readConfig>;

/** Reads the configuration from environment variables. Throws one Error that names every wrong variable. */
export function readConfig(env: Record<string, string | undefined>) {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = schema.safeParse(present);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The configuration has mistakes:\n${lines.join("\n")}`);
  }
  const c = result.data;
  const dataDirectory = path.resolve(repositoryRoot, c.COLOPHON_DATA);
  return {
    dataDirectory,
    port: c.PORT,
    gatewayPort: c.GATEWAY_PORT,
    bind: c.COLOPHON_BIND,
    url: (c.COLOPHON_URL ?? `http://localhost:${c.PORT}`).replace(/\/+$/, ""),
    gatewayUrl: (c.COLOPHON_GATEWAY_URL ?? `http://localhost:${c.GATEWAY_PORT}`).replace(
      /\/+$/,
      "",
    ),
    gatewayWildcard: c.COLOPHON_GATEWAY_WILDCARD,
    databaseUrl: c.DATABASE_URL,
    postgresPort: c.COLOPHON_POSTGRES_PORT,
    dockerHost: c.DOCKER_HOST,
    token: c.COLOPHON_TOKEN,
    secret: c.COLOPHON_SECRET,
    signUp: c.COLOPHON_SIGN_UP,
    fetchAllow: c.COLOPHON_FETCH_ALLOW,
    githubApi: c.COLOPHON_GITHUB_API,
    githubToken: c.COLOPHON_GITHUB_TOKEN,
    binder: {
      gitlab: c.COLOPHON_GITLAB_URL.replace(/\/+$/, ""),
      zenodo: c.COLOPHON_ZENODO_URL.replace(/\/+$/, ""),
      figshare: c.COLOPHON_FIGSHARE_API.replace(/\/+$/, ""),
      dataverse: c.COLOPHON_DATAVERSE_URL?.replace(/\/+$/, ""),
      hydroshare: c.COLOPHON_HYDROSHARE_URL.replace(/\/+$/, ""),
      doiResolver: c.COLOPHON_DOI_RESOLVER.replace(/\/+$/, ""),
      days: c.COLOPHON_BINDER_DAYS,
    },
    doiPrefix: c.COLOPHON_DOI_PREFIX,
    publisher: c.COLOPHON_PUBLISHER,
    uploadMax: c.COLOPHON_UPLOAD_MAX,
    entriesMax: c.COLOPHON_ENTRIES_MAX,
    session: {
      memory: c.COLOPHON_SESSION_MEMORY,
      cpus: c.COLOPHON_SESSION_CPUS,
      pids: c.COLOPHON_SESSION_PIDS,
      idleSeconds: c.COLOPHON_SESSION_IDLE,
      maxSeconds: c.COLOPHON_SESSION_MAX,
      startSeconds: c.COLOPHON_SESSION_START,
      limit: c.COLOPHON_SESSIONS_MAX,
      disk: c.COLOPHON_SESSION_DISK,
      scratch: c.COLOPHON_SESSION_SCRATCH,
      egress: c.COLOPHON_SESSION_EGRESS,
      runtime: c.COLOPHON_SESSION_RUNTIME,
    },
    quotas: {
      perAddress: c.COLOPHON_SESSIONS_PER_ADDRESS,
      perLogin: c.COLOPHON_SESSIONS_PER_LOGIN,
      perPublication: c.COLOPHON_SESSIONS_PER_PUBLICATION,
      queue: c.COLOPHON_QUEUE_MAX,
      launchesPerHour: c.COLOPHON_LAUNCHES_PER_HOUR,
    },
    trustedProxies: c.COLOPHON_TRUSTED_PROXIES,
    pool: {
      memory: c.COLOPHON_POOL_MEMORY,
      min: c.COLOPHON_POOL_MIN,
      max: c.COLOPHON_POOL_MAX,
      slotSeconds: c.COLOPHON_POOL_SLOT_SECONDS,
    },
    corsOrigins: c.COLOPHON_CORS_ORIGINS,
    workspaceMode: c.COLOPHON_WORKSPACE_MODE,
    visitorDays: c.COLOPHON_VISITOR_DAYS,
    memberDays: c.COLOPHON_MEMBER_DAYS,
    builds: c.COLOPHON_BUILDS,
    imagesMax: c.COLOPHON_IMAGES_MAX,
    buildTimeoutSeconds: c.COLOPHON_BUILD_TIMEOUT,
    caBundle: c.COLOPHON_CA_BUNDLE ?? c.SSL_CERT_FILE,
    examples: c.COLOPHON_EXAMPLES === "on",
    logLevel: c.COLOPHON_LOG_LEVEL,
  };
}

let current: Config | undefined;

/** This process's configuration, read once. */
export function config(): Config {
  current ??= readConfig(process.env);
  return current;
}

/** Whether `<session>.<gateway host>` leads to the gateway: browsers resolve every name below localhost themselves. */
export function gatewayHasWildcard(): boolean {
  const { gatewayWildcard, gatewayUrl } = config();
  if (gatewayWildcard !== "auto") return gatewayWildcard === "on";
  return /^localhost$|\.localhost$/.test(new URL(gatewayUrl).hostname);
}

/** Where the embedded PostgreSQL writes how it is reached. Its presence does not mean that it runs. */
export function embeddedDatabaseFile(dataDirectory: string): string {
  return path.join(dataDirectory, "database.json");
}

/** The URL of the PostgreSQL in use: DATABASE_URL, else the embedded one's. Throws an Error that says what to start. */
export function databaseUrl(): string {
  const { databaseUrl: configured, dataDirectory } = config();
  if (configured) return configured;
  const file = embeddedDatabaseFile(dataDirectory);
  if (!existsSync(file)) {
    throw new Error(
      "No database is known: start Colophon with `npm start`, or set DATABASE_URL (and COLOPHON_DATA where the data folder is elsewhere).",
    );
  }
  return z.object({ url: z.string() }).parse(JSON.parse(readFileSync(file, "utf8"))).url;
}

/** The rows of the README's configuration table: name, default, sentence. */
export function documentedOptions(): { name: string; default: string; about: string }[] {
  return Object.entries(options).map(([name, [type, about]]) => {
    const parsed = type.safeParse(undefined);
    const value = parsed.success ? parsed.data : undefined;
    return { name, default: textOf(value), about };
  });
}

/** A default as a person would write it into the variable. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "number" && value >= 1024 ** 3) return `${value / 1024 ** 3}g`;
  return String(value);
}

/** Environment variables for a child process or tool, on top of our own. */
export function childEnvironment(extra: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}
