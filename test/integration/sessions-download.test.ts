import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { beforeAll, expect, test } from "vitest";
import yauzl from "yauzl";
import { testDatabase } from "#test/support/database.ts";

// As where files are streamed: no engine is needed to read a workspace then.
process.env.COLOPHON_WORKSPACE_MODE = "stream";
process.env.COLOPHON_UPLOAD_MAX = "1m";
const { dataDirectory } = await testDatabase();
const { api, respond } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { createFromArchive, getPublication, publishDraft, runPublish } = await import(
  "#lib/archive/index.ts"
);
const { db } = await import("#lib/db/index.ts");

const author = await person("author");
let id: string;
let workspaceId: string;
let layer: string;

beforeAll(async () => {
  const tar = pack();
  tar.entry({ name: "data/values.csv" }, "1\n2\n");
  tar.entry({ name: "data/old.txt" }, "old");
  tar.entry({ name: "README.md" }, "Read me.\n");
  tar.finalize();
  const publication = await createFromArchive({
    viewer: author.viewer,
    body: Readable.from(tar),
    mediaType: "application/x-tar",
    metadata: { title: "Data", authors: [{ name: "A" }] },
  });
  const asked = await publishDraft(publication.id, author.viewer);
  const forever = { signal: new AbortController().signal, lastTry: true };
  await runPublish({ versionId: asked.draft?.id ?? "" }, forever);
  const doi = (await getPublication(publication.id, author.viewer)).versions[0]?.doi ?? "";
  const { body } = await api("POST", "/api/sessions", { json: { doi }, token: author.token });
  id = String(body.id);
  workspaceId = String(body.workspaceId);
  await db().session.update({ where: { id }, data: { state: "ended", endReason: "idle" } });
  layer = path.join(dataDirectory, "workspaces", workspaceId, "layer");
  await mkdir(path.join(layer, "files/data"), { recursive: true });
  await mkdir(path.join(layer, "files/.ipynb_checkpoints"));
  const put = (name: string, text: string) => writeFile(path.join(layer, "files", name), text);
  await put("data/values.csv", "1\n2\n3\n");
  await put("new.txt", "new");
  await put("..\\..\\evil.bat", "evil");
  await put(".ipynb_checkpoints/x", "x");
  await symlink("/etc/passwd", path.join(layer, "files/link"));
  await put("endless", "");
  await truncate(path.join(layer, "files/endless"), 1024 ** 4);
  await writeFile(path.join(layer, "deleted.json"), JSON.stringify(["data/old.txt"]));
});

async function unzip(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await yauzl.fromBufferPromise(bytes);
  const files: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) {
    const text = await buffer(await zip.openReadStreamPromise(entry));
    files[entry.fileName] = text.toString();
  }
  return files;
}

test("what was changed is listed by name and size", async () => {
  const { body } = await api("GET", `/api/sessions/${id}/workspace`, { token: author.token });
  expect(body).toEqual({
    files: [
      { path: "data/values.csv", change: "changed", size: 6 },
      { path: "endless", change: "new", size: 1024 ** 4 },
      { path: "new.txt", change: "new", size: 3 },
    ],
    isComplete: true,
  });
});

test("the download has the files as the session saw them, and says what it had to leave out", async () => {
  const answer = await respond("GET", `/api/sessions/${id}/workspace?format=zip`, {
    token: author.token,
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/zip");
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="data-session/);
  expect(answer.headers.get("cache-control")).toContain("no-store");
  const files = await unzip(Buffer.from(await answer.arrayBuffer()));
  const { "data-session/LEFT-OUT.txt": leftOut, ...packed } = files;
  expect(packed).toEqual({
    "data-session/README.md": "Read me.\n",
    "data-session/data/values.csv": "1\n2\n3\n",
    "data-session/new.txt": "new",
  });
  expect(leftOut).toContain(JSON.stringify("..\\..\\evil.bat"));
  expect(leftOut).toContain('"endless"');
});

test("of a version withdrawn since, only what was changed can be had", async () => {
  const { versionId } = await db().session.findUniqueOrThrow({ where: { id } });
  await db().version.update({ where: { id: versionId }, data: { state: "withdrawn" } });
  const answer = await respond("GET", `/api/sessions/${id}/workspace?format=zip`, {
    token: author.token,
  });
  const files = await unzip(Buffer.from(await answer.arrayBuffer()));
  await db().version.update({ where: { id: versionId }, data: { state: "published" } });
  expect(Object.keys(files).sort()).toEqual([
    "data-session/LEFT-OUT.txt",
    "data-session/data/values.csv",
    "data-session/new.txt",
  ]);
});

test.each(["tar", "", "zip/../x"])("a format that is not made is refused: %j", async (format) => {
  const answer = await api("GET", `/api/sessions/${id}/workspace?format=${format}`, {
    token: author.token,
  });
  expect(answer.status).toBe(400);
});
