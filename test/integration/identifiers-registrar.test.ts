import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { decodeSuffix, registrar } from "#lib/identifiers/index.ts";
import { localRegistrar } from "#lib/identifiers/registrar.ts";
import { exampleRecord } from "#test/support/citation-record.ts";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { db } = await import("#lib/db/index.ts");

let publication = "";
let version = "";
beforeEach(() => {
  publication = randomUUID();
  version = randomUUID();
});

test("a DOI of the configured prefix is reserved once and given again when asked again", async () => {
  const ask = () =>
    db().$transaction((tx) => registrar().reserve("version", publication, version, tx));
  const doi = await ask();
  expect(doi).toMatch(/^10\.5072\//);
  expect(decodeSuffix(doi.slice("10.5072/".length))).not.toBeNull();
  expect(await ask()).toBe(doi);
  expect(await db().doi.findUnique({ where: { doi } })).toMatchObject({
    kind: "version",
    publicationId: publication,
    versionId: version,
    registrar: "local",
    registeredAt: null,
  });
});

test("concept and version have different DOIs", async () => {
  const [concept, own] = await db().$transaction(async (tx) => [
    await registrar().reserve("concept", publication, null, tx),
    await registrar().reserve("version", publication, version, tx),
  ]);
  expect(concept).not.toBe(own);
  await expect(registrar().reserve("concept", publication, version, db())).rejects.toThrow(
    TypeError,
  );
});

test("many at once give one publication one concept DOI", async () => {
  const all = await Promise.all(
    Array.from({ length: 8 }, () =>
      db().$transaction((tx) => registrar().reserve("concept", publication, null, tx)),
    ),
  );
  expect(new Set(all).size).toBe(1);
  expect(await db().doi.count({ where: { publicationId: publication } })).toBe(1);
});

test("a suffix that is taken is passed over without breaking the transaction", async () => {
  const suffixes = ["aaaa-aa01", "aaaa-aa01", "bbbb-bb02"];
  const clumsy = localRegistrar("10.5072", () => suffixes.shift() ?? "cccc-cc03");
  const [one, two] = await db().$transaction(async (tx) => [
    await clumsy.reserve("version", publication, version, tx),
    await clumsy.reserve("version", publication, randomUUID(), tx),
  ]);
  expect([one, two]).toEqual(["10.5072/aaaa-aa01", "10.5072/bbbb-bb02"]);
  const stuck = localRegistrar("10.5072", () => "aaaa-aa01");
  await expect(
    db().$transaction((tx) => stuck.reserve("version", publication, randomUUID(), tx)),
  ).rejects.toMatchObject({ code: "doi_unavailable" });
});

test("a rolled back transaction leaves no DOI behind", async () => {
  await expect(
    db().$transaction(async (tx) => {
      await registrar().reserve("version", publication, version, tx);
      throw new Error("roll back");
    }),
  ).rejects.toThrow("roll back");
  expect(await db().doi.count({ where: { publicationId: publication } })).toBe(0);
});

test("registering is done once, may be repeated, and needs a reservation", async () => {
  const doi = await registrar().reserve("version", publication, version, db());
  await registrar().register(doi, exampleRecord());
  const first = await db().doi.findUniqueOrThrow({ where: { doi } });
  expect(first.registeredAt).toBeInstanceOf(Date);
  await registrar().register(doi, exampleRecord());
  expect(await db().doi.findUniqueOrThrow({ where: { doi } })).toEqual(first);
  await expect(registrar().register("10.5072/none", exampleRecord())).rejects.toMatchObject({
    code: "doi_not_reserved",
    status: 409,
  });
});
