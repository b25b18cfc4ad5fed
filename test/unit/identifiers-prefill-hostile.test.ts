import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { VersionMetadata } from "#lib/archive/types.ts";
import { prefillMetadata } from "#lib/identifiers/index.ts";
import { notebook, prefill } from "#test/support/prefill-bundle.ts";

test("YAML that would grow without end, or nests without end, is refused", async () => {
  const levels = Array.from(
    { length: 30 },
    (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(", ")}]`,
  );
  for (const text of [
    `a0: &a0 x\n${levels.join("\n")}`,
    `a: ${"[".repeat(10_000)}`,
    "a: {".repeat(10_000),
    "? ".repeat(10_000),
    "- ".repeat(10_000),
    "&a ".repeat(10_000),
    `title: "${"\\".repeat(10_001)}`,
    "a:\n".repeat(10_000),
  ]) {
    const { findings } = await prefill({ "CITATION.cff": text });
    expect(findings).toMatchObject([{ code: "metadata_invalid" }]);
  }
});

test("a YAML tag makes nothing but what the core schema knows", async () => {
  const { metadata } = await prefill({ "CITATION.cff": "a: !!js/function 'x'\ntitle: !evil 7" });
  expect(metadata.title).toBe("7");
});

test("thousands of keys take time in proportion", async () => {
  const text = Array.from({ length: 27_000 }, (_, at) => `k${at}: 0`).join("\n");
  const start = performance.now();
  await prefill({ "CITATION.cff": text });
  expect(performance.now() - start).toBeLessThan(8_000);
});

/** Whatever is found has to fit what the form and the database accept. */
function expectAcceptable(metadata: object): void {
  const checked = VersionMetadata.safeParse(metadata);
  expect(checked.error?.issues ?? []).toEqual([]);
}

const junk = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "grapheme" }) },
  fc.constantFrom("__proto__", "10.1/x", "0000-0002-1825-0097", "x".repeat(600), "a, b", "<p>"),
  fc.jsonValue({ maxDepth: 2 }),
);
const keys = [
  "title",
  "name",
  "creators",
  "author",
  "authors",
  "description",
  "abstract",
  "license",
  "keywords",
  "date-released",
  "publication_date",
  "datePublished",
  "preferred-citation",
  "doi",
  "related_identifiers",
  "referencePublication",
  "subjects",
  "family-names",
  "orcid",
  "@id",
];
const person = fc.record(
  {
    name: junk,
    givenName: junk,
    familyName: junk,
    "family-names": junk,
    "given-names": junk,
    orcid: junk,
    affiliation: junk,
    "@id": junk,
  },
  { requiredKeys: [] },
);
const document = fc.dictionary(
  fc.constantFrom(...keys),
  fc.oneof(junk, fc.array(fc.oneof(person, junk), { maxLength: 3 }), person),
);

test("whatever the files hold, nothing is thrown and all that is found is acceptable", async () => {
  await fc.assert(
    fc.asyncProperty(
      document,
      fc.constantFrom(".zenodo.json", "codemeta.json", "CITATION.cff"),
      async (content, name) => {
        // JSON is YAML.
        const { metadata } = await prefill({ [name]: content });
        expectAcceptable(metadata);
      },
    ),
    { numRuns: 600 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        ".zenodo.json",
        "codemeta.json",
        "CITATION.cff",
        "README.md",
        "LICENSE",
        "a.ipynb",
      ),
      async (content, name) => {
        const { metadata } = await prefill({ [name]: content });
        expectAcceptable(metadata);
      },
    ),
    { numRuns: 600 },
  );
  await fc.assert(
    fc.asyncProperty(document, async (metadata) => {
      const found = await prefill({ "a.ipynb": notebook("text", metadata) });
      expectAcceptable(found.metadata);
    }),
    { numRuns: 500 },
  );
});

test("the gallery's own papers are described completely, with no finding", async () => {
  const examples = path.resolve(import.meta.dirname, "../../examples");
  const papers = readdirSync(examples, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name: paper } of papers) {
    const folder = path.join(examples, paper);
    const files = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => ({
        path: name,
        read: async () => readFileSync(path.join(folder, name), "utf8"),
      }));
    const { metadata, findings } = await prefillMetadata(files, paper);
    expectAcceptable(metadata);
    expect({ paper, findings }).toEqual({ paper, findings: [] });
    for (const key of ["authors", "description", "keywords", "license", "field"] as const) {
      expect(metadata[key], `${paper}: ${key}`).toBeTruthy();
    }
  }
});
