import { execFile, execFileSync } from "node:child_process";
import { chown } from "node:fs/promises";
import { promisify } from "node:util";
import { messageOf } from "#lib/errors.ts";

const run = promisify(execFile);

/** How to start PostgreSQL's programs, which refuse to run as root. */
export interface PostgresIdentity {
  /** Words to put before the command. */
  prefix: string[];
  uid?: number;
  gid?: number;
}

const userName = "postgres";

function lookUp(flag: "-u" | "-g"): number | undefined {
  try {
    return Number(execFileSync("id", [flag, userName], { encoding: "utf8", stdio: "pipe" }));
  } catch (error) {
    // `id` exits with 1 when there is no such user: an answer, not a failure.
    if (error instanceof Error && "status" in error && error.status === 1) return undefined;
    throw error;
  }
}

async function userIds(): Promise<{ uid: number; gid: number }> {
  if (lookUp("-u") === undefined) {
    await run("useradd", ["--system", "--user-group", "--no-create-home", userName]);
  }
  const uid = lookUp("-u");
  const gid = lookUp("-g");
  if (uid === undefined || gid === undefined) throw new Error(`The user ${userName} has no ids.`);
  return { uid, gid };
}

async function canReach(ids: { uid: number; gid: number }, paths: string[]): Promise<boolean> {
  try {
    for (const path of paths) await run("ls", ["-d", "--", `${path}/.`], ids);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/**
 * Whom PostgreSQL runs as. An ordinary user: themselves. Root: the system user `postgres`, which is made
 * when absent; or, when that user cannot reach the paths (a checkout below a private home), an unprivileged
 * user namespace, in which our files belong to `nobody`. `dataDirectory` exists and is handed over.
 */
export async function postgresIdentity(
  dataDirectory: string,
  binaries: string,
): Promise<PostgresIdentity> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const ids = await userIds();
  if (await canReach(ids, [binaries])) {
    await chown(dataDirectory, ids.uid, ids.gid);
    if (await canReach(ids, [dataDirectory])) return { prefix: [], ...ids };
    await chown(dataDirectory, 0, 0);
  }
  const prefix = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"];
  try {
    await run("unshare", [...prefix.slice(1), "true"]);
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root, the user "${userName}" cannot reach ${dataDirectory}, and user namespaces are not available (${messageOf(error)}). Put the checkout and COLOPHON_DATA where other users may enter, or set DATABASE_URL.`,
    );
  }
  return { prefix };
}
