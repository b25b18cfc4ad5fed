import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { createPaper, publishPaper } from "#test/support/publishing.ts";

await testDatabase();
const { api } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { GET } = await import("#app/build/[...spec]/route.ts");
const { forkVersion } = await import("#lib/archive/index.ts");
const { sourceVersion } = await import("#lib/binder/index.ts");
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");
const { addBan, liftBan, listBans } = await import("#lib/limits/index.ts");
const { newSessionId, newSessionToken } = await import("#lib/sessions/identifiers.ts");

const administrator = await person("administrator");
const author = await person("author");
const reader = await person("author");
const address = "192.0.2.77";
const reason = "Mined coins.";

let doi: string;
let versionId: string;
let environmentKey: string | null;
let fork: string;
beforeAll(async () => {
  const { id } = await createPaper(author.viewer, "Banned");
  const version = (await publishPaper(id, author.viewer)).versions[0];
  doi = version?.doi ?? "";
  versionId = version?.id ?? "";
  ({ environmentKey } = await db().version.findUniqueOrThrow({ where: { id: versionId } }));
  fork = (await forkVersion({ doi, viewer: reader.viewer })).slug;
});
beforeEach(async () => {
  for (const { id } of await listBans(administrator.viewer)) {
    await liftBan(administrator.viewer, id);
  }
  await db().session.updateMany({ data: { state: "ended" } });
});

const from = { "x-forwarded-for": address };
const browser = { ...from, "sec-fetch-site": "same-origin", origin: config().url };
const start = (json: object, headers: Record<string, string>, token?: string) =>
  api("POST", "/api/sessions", { json, headers, ...(token ? { token } : {}) });

/** A session of the reader's that is over, with what was changed in it still kept. */
async function over(of = versionId): Promise<string> {
  const { userId } = reader.viewer;
  const expiresAt = new Date(Date.now() + 3_600_000);
  const workspace = await db().workspace.create({
    data: { versionId: of, ownerId: userId, expiresAt },
  });
  const id = newSessionId();
  const token = newSessionToken();
  await db().session.create({
    data: { id, token, state: "ended", versionId: of, workspaceId: workspace.id, userId },
  });
  return id;
}

/** Every way that leads to a session. */
const ways: Record<string, () => Promise<{ status: number; body: unknown }>> = {
  REST: () => start({ doi }, from, reader.token),
  "the live page": () => start({ doi, path: "paper.ipynb" }, browser),
  "a fork": () => start({ fork }, from, reader.token),
  "a session to go on with": async () => start({ resume: await over() }, from, reader.token),
  "the button that resumes": async () =>
    api("POST", `/api/sessions/${await over()}/resume`, { headers: from, token: reader.token }),
};

describe.each(Object.keys(ways))("%s", (name) => {
  const way = ways[name] as (typeof ways)[string];

  test("begins a session for who is not banned, and none for a banned address", async () => {
    expect((await way()).status).toBe(201);
    await db().session.updateMany({ data: { state: "ended" } });
    await addBan(administrator.viewer, { kind: "address", value: "192.0.2.0/24", reason });
    const refused = await way();
    expect(refused).toMatchObject({ status: 403, body: { code: "banned" } });
    expect(refused.body).toMatchObject({ detail: expect.stringContaining(reason) });
    expect(await db().session.count({ where: { state: { not: "ended" } } })).toBe(0);
  });
});

// The live page's reader has no account here.
test.each(Object.keys(ways).filter((name) => name !== "the live page"))(
  "%s begins no session for a banned person",
  async (name) => {
    await addBan(administrator.viewer, { kind: "user", value: reader.viewer.userId, reason });
    expect(await ways[name]?.()).toMatchObject({ status: 403, body: { code: "banned" } });
  },
);

test("the Binder API fetches and builds nothing for who is banned", async () => {
  await addBan(administrator.viewer, { kind: "address", value: address, reason });
  const answer = await GET(
    new Request(new URL(`/build/doi/${doi}`, config().url), {
      headers: { accept: "text/event-stream", ...from },
    }),
  );
  const text = await answer.text();
  expect(text.match(/^data:/gm)).toHaveLength(1);
  expect(text).toContain('"status_code":403');
  expect(text).toContain(reason);
});

test("what was launched from a repository is not gone on with once that is banned", async () => {
  const launched = await sourceVersion(
    { provider: "gh", spec: "miner/rig/main", repository: "miner/rig", ref: "main" },
    {
      resolved: "1".repeat(40),
      source: { type: "github", url: "https://github.com/miner/rig", ref: "1".repeat(40) },
      title: "rig",
      repoUrl: "",
      refUrl: "",
      persistentSpec: "",
    },
  );
  await db().version.update({
    where: { id: launched.versionId },
    data: { ingestState: "ready", environmentKey },
  });
  const resume = async () => start({ resume: await over(launched.versionId) }, from, reader.token);
  expect((await resume()).status).toBe(201);
  for (const value of ["gh/miner/*", "gh/miner/rig", `gh/miner/rig/${"1".repeat(40)}`]) {
    const { id } = await addBan(administrator.viewer, { kind: "repository", value, reason });
    expect(await resume(), value).toMatchObject({ status: 403, body: { code: "banned" } });
    await liftBan(administrator.viewer, id);
  }
});
