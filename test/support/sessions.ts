import path from "node:path";
import { changes } from "#lib/events/index.ts";
import type { SessionView } from "#lib/sessions/index.ts";

/** Library functions are imported late: the test's database and data folder must be known before. */
const parts = async () => ({
  archive: await import("#lib/archive/index.ts"),
  environments: await import("#lib/environments/index.ts"),
  sessions: await import("#lib/sessions/index.ts"),
  db: (await import("#lib/db/index.ts")).db,
});

export const paperDirectory = path.resolve("test/fixtures/sessions/paper");

const forever = { signal: new AbortController().signal, lastTry: true };

/** A signed-in person. */
export async function person(name: string) {
  const { db } = await parts();
  const id = `user-${name}`;
  await db().user.create({ data: { id, name, email: `${name}@example.org`, role: "author" } });
  return { userId: id, role: "author" as const, visitorId: null };
}

/** Publishes the paper of the fixtures, with its image built. Gives its DOI and version. */
export async function publishPaper(directory = paperDirectory) {
  const { archive, environments, db } = await parts();
  const author = await person(`author-${crypto.randomUUID().slice(0, 6)}`);
  archive.onBeforePublish(async () => undefined);
  const created = await archive.createFromDirectory({ viewer: author, directory });
  await archive.setDraftMetadata(
    created.id,
    { title: "A paper", authors: [{ name: "Curie, Marie" }], license: "CC-BY-4.0" },
    author,
  );
  await archive.publishDraft(created.id, author);
  const versionId = created.draft?.id ?? "";
  await archive.runPublish({ versionId }, forever);
  const version = await db().version.findUniqueOrThrow({ where: { id: versionId } });
  const key = version.environmentKey ?? "";
  const buildId = await environments.requestBuild(key);
  await environments.runBuild({ buildId }, forever);
  if (!(await environments.usableImage(key))) {
    throw new Error(JSON.stringify((await environments.getBuild(buildId)).failure));
  }
  return { doi: version.doi ?? "", versionId, publicationId: created.id, author };
}

/** Resolves when the session is in one of these states. */
export async function sessionIn(id: string, ...states: string[]): Promise<SessionView> {
  const { sessions } = await parts();
  const administrator = { userId: null, role: "administrator" as const, visitorId: null };
  const timeout = AbortSignal.timeout(90_000);
  for await (const _ of changes(`session:${id}`, timeout)) {
    const session = await sessions.getSession(id, administrator);
    if (states.includes(session.state)) return session;
    if (session.state === "failed") throw new Error(JSON.stringify(session.failure));
  }
  throw new Error(`the session did not become ${states.join(" or ")}`);
}
