import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { readEvents } from "../../bin/cli/read-events.ts";

await testDatabase();
const { api, respond } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { startWorking } = await import("#lib/jobs/index.ts");
const { onBeforePublish, runIngest, runPublish } = await import("#lib/archive/index.ts");
const { commitDraftWorkspace } = await import("#lib/sessions/index.ts");
const { PublicationAnswer, VersionAnswer, FileAnswer, Problem, PublicationPageAnswer } =
  await import("#app/api/answers.ts");

onBeforePublish((versionId) => commitDraftWorkspace(versionId));
const stop = new AbortController();
const idle = async () => undefined;
beforeAll(() =>
  startWorking(
    {
      ingest: runIngest,
      publish: runPublish,
      build: idle,
      "start-session": idle,
      "end-session": idle,
      reap: idle,
    },
    stop.signal,
  ),
);
afterAll(() => stop.abort());

const author = await person("author", "Ada Lovelace");
const other = await person();
const reader = await person("reader");

interface Publication {
  id: string;
  slug: string;
  title: string;
  conceptDoi: string | null;
  eventsUrl: string;
  version: { number: number; doi: string | null; state: string };
  preflight: unknown[];
  versions: { number: number; doi: string; state: string; publishedAt: string }[];
  draft?: { metadata: { title: string; keywords: string[] } };
  forkedFrom?: { doi: string };
  forks: { id: string }[];
}

const notebook = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
  cells: [{ cell_type: "markdown", id: "a", metadata: {}, source: "# Sea ice in a warm year\n" }],
});
const csv = "year,extent\n2019,4.1\n2020,3.7\n";

async function tarGz(files: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return new Uint8Array(await buffer(tar.pipe(createGzip())));
}

const bundle = {
  "paper.ipynb": notebook,
  "data/ice ä.csv": csv,
  "page.html": "<script>alert(1)</script>",
  "CITATION.cff":
    "cff-version: 1.2.0\ntitle: Sea ice in a warm year\nmessage: cite\nlicense: CC-BY-4.0\nauthors:\n  - family-names: Lovelace\n    given-names: Ada\n",
};

async function upload(token = author.token, files: Record<string, string> = bundle) {
  return await api<Publication>("POST", "/api/publications", {
    token,
    body: await tarGz(files),
    type: "application/gzip",
  });
}

async function publish(id: string, token = author.token): Promise<Publication> {
  const asked = await api<Publication>("POST", `/api/publications/${id}/publish`, { token });
  expect(asked.status).toBe(202);
  const response = await respond("GET", asked.body.eventsUrl, { token });
  let last = "";
  for await (const event of readEvents(response, stop.signal)) last = event.data;
  expect(JSON.parse(last)).toMatchObject({ state: "published" });
  const read = await api<Publication>("GET", `/api/publications/${id}`, { token });
  return read.body;
}

function expectProblem(answer: { status: number; headers: Headers; body: unknown }, code: string) {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(Problem.parse(answer.body)).toMatchObject({ code, status: answer.status });
}

describe("from a folder's bytes to a DOI", () => {
  test("create, look, edit, publish, read, new version, withdraw", async () => {
    const created = await upload();
    expect(created.status, created.text).toBe(201);
    const { id, slug } = PublicationAnswer.parse(created.body);
    expect(created.headers.get("location")).toBe(`/api/publications/${id}`);
    expect(created.body).toMatchObject({
      title: "Sea ice in a warm year",
      conceptDoi: null,
      version: { number: 1, state: "draft" },
      preflight: expect.any(Array),
      versions: [],
    });

    const changed = await api<Publication>("PUT", `/api/publications/${id}/draft/metadata`, {
      token: author.token,
      json: { keywords: ["ice"] },
    });
    expect(changed.status).toBe(200);
    expect(changed.body.draft?.metadata).toMatchObject({
      title: "Sea ice in a warm year",
      keywords: ["ice"],
      license: "CC-BY-4.0",
      authors: [expect.objectContaining({ familyName: "Lovelace" })],
    });
    const put = await api("PUT", `/api/publications/${slug}/draft/files/notes/a%20b.txt`, {
      token: author.token,
      body: "later",
      type: "text/plain",
    });
    expect(put.status, put.text).toBe(200);
    expect(FileAnswer.parse(put.body)).toMatchObject({ path: "notes/a b.txt", size: 5 });
    const removed = await api("DELETE", `/api/publications/${id}/draft/files/page.html`, {
      token: author.token,
    });
    expect(removed.status).toBe(204);

    const published = await publish(id);
    expect(published.conceptDoi).toMatch(/^10\.5072\//);
    const [first] = published.versions;
    expect(first).toMatchObject({ number: 1, state: "published", doi: published.version.doi });
    const version = await api("GET", `/api/publications/${slug}/versions/1`);
    expect(VersionAnswer.parse(version.body).doi).toBe(first?.doi);
    const files = await api<{ path: string }[]>("GET", `/api/publications/${id}/versions/1/files`);
    expect(files.body.map((file) => file.path)).toEqual([
      "CITATION.cff",
      "data/ice ä.csv",
      "notes/a b.txt",
      "paper.ipynb",
    ]);

    const frozen = await api("PUT", `/api/publications/${id}/draft/metadata`, {
      token: author.token,
      json: { title: "Other" },
    });
    expect(frozen.status).toBeGreaterThanOrEqual(400);

    const next = await api<Publication>("POST", `/api/publications/${id}/versions`, {
      token: author.token,
    });
    expect(next.status, next.text).toBe(201);
    expect(next.body.version).toMatchObject({ number: 2, state: "draft" });
    const second = await publish(id);
    expect(second.versions.map(({ number }) => number)).toEqual([1, 2]);
    expect(second.conceptDoi).toBe(published.conceptDoi);

    const withdrawn = await api<Publication>(
      "POST",
      `/api/publications/${id}/versions/1/withdraw`,
      { token: author.token, json: { reason: "A sign was wrong." } },
    );
    expect(withdrawn.status, withdrawn.text).toBe(200);
    expect(withdrawn.body.versions[0]).toMatchObject({
      state: "withdrawn",
      withdrawReason: "A sign was wrong.",
    });
    const gone = await api("GET", `/api/publications/${id}/versions/1/files/paper.ipynb`);
    expect(gone.status).toBe(410);
  });

  test("a draft that nobody wrote is not published, and says what it lacks", async () => {
    const { body } = await upload(author.token, { "analysis.ipynb": notebook });
    const path = `/api/publications/${body.id}`;
    expect(body.draft?.metadata).toMatchObject({ authors: [{ name: "Ada Lovelace" }] });
    await api("PUT", `${path}/draft/metadata`, { token: author.token, json: { authors: [] } });
    const refused = await api("POST", `${path}/publish`, { token: author.token });
    expect(refused.status).toBe(422);
    expectProblem(refused, "metadata_incomplete");
    const me = await api("GET", "/api/me", { token: author.token });
    expect(me.body).toMatchObject({ name: "Ada Lovelace", role: "author" });
    await api("PUT", `${path}/draft/metadata`, {
      token: author.token,
      json: { authors: [{ name: me.body.name }] },
    });
    expect((await publish(body.id)).version.doi).toMatch(/^10\.5072\//);
  });

  test("files are read whole, in part, and not again", async () => {
    const { body } = await upload();
    await publish(body.id);
    const path = `/api/publications/${body.id}/versions/1/files/data/ice%20%C3%A4.csv`;
    const whole = await api("GET", path);
    expect(whole.text).toBe(csv);
    expect(whole.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const part = await api("GET", path, { headers: { range: "bytes=5-10" } });
    expect([part.status, part.text]).toEqual([206, "extent"]);
    const again = await api("GET", path, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    const html = await api("GET", `/api/publications/${body.id}/versions/1/files/page.html`);
    expect(html.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(html.headers.get("content-security-policy")).toMatch(/^sandbox/);
    for (const path of ["..%2f..%2fsecret", "data", "nothing", "%2e%2e/secret"]) {
      const answer = await api(
        "GET",
        `/api/publications/${body.id}/versions/1/files/${path}`,
      ).catch(() => ({ status: 404 }));
      expect(answer.status).toBe(404);
    }
  });

  test("a version is downloaded as a zip; other formats are refused in a sentence", async () => {
    const { body } = await upload();
    await publish(body.id);
    const path = `/api/publications/${body.id}/versions/1/archive`;
    const response = await respond("GET", path);
    expect(response.headers.get("content-type")).toBe("application/zip");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename=".*\.zip"/);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(Buffer.from(bytes.subarray(0, 4)).toString("latin1")).toBe("PK\u0003\u0004");
    const other = await api("GET", `${path}?format=bagit`);
    expect(other.status).toBe(422);
    expectProblem(other, "format_unsupported");
  });

  test("the gallery lists what is published, and only that", async () => {
    const draft = await upload(author.token, { ...bundle, "CITATION.cff": "" });
    const found = await api<{ items: { id: string }[] }>(
      "GET",
      "/api/publications?q=sea+ice&limit=50",
    );
    expect(found.status, found.text).toBe(200);
    expect(PublicationPageAnswer.parse(found.body).items.length).toBeGreaterThan(0);
    expect(found.body.items.map((item) => item.id)).not.toContain(draft.body.id);
    for (const query of ["limit=0", "limit=1000", "sort=random", "cursor=%00", "data=maybe"]) {
      const answer = await api("GET", `/api/publications?${query}`);
      expect(answer.status, query).toBe(400);
    }
  });
});

describe("who may", () => {
  test("a draft is nobody else's: absent and forbidden answer alike", async () => {
    const { body } = await upload();
    const absent = "00000000-0000-7000-8000-000000000000";
    const ask = async (id: string, token?: string) => {
      const answers = [
        await api("GET", `/api/publications/${id}`, token ? { token } : {}),
        await api("GET", `/api/publications/${id}/versions/1`, token ? { token } : {}),
        await api("GET", `/api/publications/${id}/versions/1/files`, token ? { token } : {}),
        await api("GET", `/api/publications/${id}/events`, token ? { token } : {}),
      ];
      if (token) {
        answers.push(
          await api("PUT", `/api/publications/${id}/draft/metadata`, { token, json: {} }),
          await api("POST", `/api/publications/${id}/publish`, { token }),
          await api("DELETE", `/api/publications/${id}/draft`, { token }),
        );
      }
      return answers.map(({ status, text }) => ({ status, text: text.replaceAll(id, "<id>") }));
    };
    for (const token of [other.token, undefined]) {
      const forbidden = await ask(body.id, token);
      expect(forbidden.every(({ status }) => status === 404)).toBe(true);
      expect(forbidden).toEqual(await ask(absent, token));
    }
  });

  test("publishing needs an account, and the role author", async () => {
    const anonymous = await api("POST", "/api/publications", {
      body: "x",
      type: "application/gzip",
    });
    expect(anonymous.status).toBe(401);
    expectProblem(anonymous, "sign_in_required");
    const answer = await upload(reader.token);
    expect(answer.status).toBe(403);
    expectProblem(answer, "role_required");
    const wrong = await api("POST", "/api/publications", { token: "clp_wrong", json: {} });
    expectProblem(wrong, "token_invalid");
  });

  test("somebody forks what is published; both pages say so", async () => {
    const { body } = await upload();
    const published = await publish(body.id);
    const doi = published.version.doi;
    const refused = await api("POST", "/api/forks", { json: { doi } });
    expectProblem(refused, "sign_in_required");
    const fork = await api<Publication>("POST", "/api/forks", {
      token: other.token,
      json: { doi },
    });
    expect(fork.status, fork.text).toBe(201);
    expect(PublicationAnswer.parse(fork.body).forkedFrom).toMatchObject({ doi });
    const done = await publish(fork.body.id, other.token);
    expect(done.forkedFrom).toMatchObject({ doi });
    const source = await api<Publication>("GET", `/api/publications/${body.id}`);
    expect(source.body.forks.map(({ id }) => id)).toContain(fork.body.id);
  });
});

describe("malformed requests", () => {
  test.each([
    [{ json: {} }, 400, "request_invalid"],
    [{ json: { source: { type: "ftp", url: "x" } } }, 400, "request_invalid"],
    [{ json: { source: { type: "git", url: "" } } }, 400, "request_invalid"],
    [{ body: "x", type: "text/plain" }, 415, "media_type_unsupported"],
    [{ body: "x", type: "multipart/form-data; boundary=x" }, 415, "media_type_unsupported"],
    [{}, 415, "media_type_unsupported"],
    [{ body: "{", type: "application/json" }, 400, "json_invalid"],
    [
      { body: "x", type: "application/zip", headers: { "content-length": "999999999999999" } },
      413,
      "too_large",
    ],
  ])("creating from %o answers %i %s", async (request, status, code) => {
    const answer = await api("POST", "/api/publications", { token: author.token, ...request });
    expect(answer.status, answer.text).toBe(status);
    expectProblem(answer, code);
  });

  test.each(["application/zip", "application/x-tar", "application/gzip"])(
    "bytes that are no %s are refused and leave nothing behind",
    async (type) => {
      const { db } = await import("#lib/db/index.ts");
      const before = await db().publication.count();
      const answer = await api("POST", "/api/publications", {
        token: author.token,
        body: "certainly no archive of any kind".repeat(40),
        type,
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(await db().publication.count()).toBe(before);
    },
  );

  test.each(["0", "-1", "x", "1.5", "1e9", "99999999999999999999"])(
    "version %s does not exist",
    async (n) => {
      const { status } = await api("GET", `/api/publications/whatever/versions/${n}`);
      expect([400, 404]).toContain(status);
    },
  );

  test("an address of a thousand characters, NUL and lone surrogates are no server error", async () => {
    for (const id of ["x".repeat(1000), "%00", "%ED%A0%80", "'; DROP TABLE x", "..", "%2e%2e%2f"]) {
      const answer = await api("GET", `/api/publications/${id}`).catch(() => ({ status: 404 }));
      expect([400, 404]).toContain(answer.status);
    }
  });
});

describe("following", () => {
  test("an event stream ends with its client", async () => {
    const { body } = await upload();
    await publish(body.id);
    const response = await respond("GET", body.eventsUrl);
    const seen = [];
    for await (const event of readEvents(response, stop.signal)) seen.push(JSON.parse(event.data));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ state: "published" });
  });

  test("a source that cannot be fetched ends in a failure that says why", async () => {
    const created = await api<Publication>("POST", "/api/publications", {
      token: author.token,
      json: { source: { type: "git", url: "http://127.0.0.1:9/paper.git" } },
    });
    if (created.status === 202) {
      const response = await respond("GET", created.body.eventsUrl, { token: author.token });
      let last = "{}";
      for await (const event of readEvents(response, stop.signal)) last = event.data;
      expect(JSON.parse(last).ingest).toMatchObject({
        state: "failed",
        message: expect.any(String),
      });
    } else expectProblem(created, String((created.body as unknown as { code: string }).code));
  });
});
