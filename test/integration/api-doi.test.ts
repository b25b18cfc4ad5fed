import { beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { api } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { createFromArchive, getPublication, publishDraft, runPublish, newDraft, withdrawVersion } =
  await import("#lib/archive/index.ts");
const { Readable } = await import("node:stream");
const { pack } = await import("tar-stream");

const author = await person("author", "Grace Hopper");
const { viewer } = author;
let slug: string;
let concept: string;
let first: string;
let second: string;

async function publish(id: string): Promise<void> {
  const asked = await publishDraft(id, viewer);
  await runPublish(
    { versionId: asked.draft?.id ?? "" },
    { signal: new AbortController().signal, lastTry: true },
  );
}

beforeAll(async () => {
  const tar = pack();
  tar.entry({ name: "data.csv" }, "a,b\n1,2\n");
  tar.finalize();
  const made = await createFromArchive({
    viewer,
    body: Readable.from(tar),
    mediaType: "application/x-tar",
    metadata: {
      title: "Moths in relays",
      authors: [{ name: "Hopper, Grace", familyName: "Hopper", givenName: "Grace" }],
      license: "CC-BY-4.0",
    },
  });
  await publish(made.id);
  await newDraft(made.id, viewer);
  await publish(made.id);
  const done = await getPublication(made.id, viewer);
  slug = done.slug;
  concept = done.conceptDoi ?? "";
  first = done.versions[0]?.doi ?? "";
  second = done.versions[1]?.doi ?? "";
});

const get = (doi: string, accept?: string) =>
  api("GET", `/doi/${doi}`, accept === undefined ? {} : { headers: { accept } });

test("a browser is led to the page: a version's own, or the newest for the concept", async () => {
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  for (const accept of [browser, "*/*", undefined]) {
    const answer = await get(first, accept);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `/p/${slug}/v/1`]);
    expect(answer.headers.get("vary")).toMatch(/Accept/);
  }
  expect((await get(concept, browser)).headers.get("location")).toBe(`/p/${slug}`);
});

test.each([
  ["application/vnd.datacite.datacite+json", (text: string) => JSON.parse(text).titles[0].title],
  ["application/vnd.citationstyles.csl+json", (text: string) => JSON.parse(text).title],
  ["application/ld+json", (text: string) => JSON.parse(text).name],
  ["application/x-bibtex", (text: string) => /title\s*=\s*\{+([^}]+)\}/.exec(text)?.[1]],
])("%s is the version's metadata", async (accept, title) => {
  const answer = await get(second.toUpperCase(), accept);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get("content-type")).toContain(accept);
  expect(answer.headers.get("vary")).toMatch(/Accept/);
  expect(title(answer.text)).toBe("Moths in relays");
});

test("the concept DOI describes itself, and a link may name the format", async () => {
  const answer = await get(`${concept}?format=datacite-json`);
  expect(JSON.parse(answer.text).doi ?? JSON.parse(answer.text).id).toContain(concept);
  expect((await get(`${concept}?format=docx`)).status).toBe(400);
});

test("what no format matches answers 406, what does not exist 404", async () => {
  const answer = await get(first, "image/png");
  expect([answer.status, answer.body.code]).toEqual([406, "not_acceptable"]);
  for (const doi of ["10.5072/0000-0000", "10.5072", "nonsense", "10.5072/%00"]) {
    expect((await get(doi, "application/ld+json")).status).toBe(404);
  }
});

test("a withdrawn version's DOI still resolves", async () => {
  await withdrawVersion(slug, 1, "The moth was a butterfly.", viewer);
  expect((await get(first, "text/html")).headers.get("location")).toBe(`/p/${slug}/v/1`);
  const answer = await get(first, "application/vnd.datacite.datacite+json");
  expect(answer.status).toBe(200);
});
