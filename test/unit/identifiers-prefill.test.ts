import { describe, expect, test } from "vitest";
import { prefillMetadata } from "#lib/identifiers/index.ts";
import { notebook, prefill } from "#test/support/prefill-bundle.ts";

const cff = `cff-version: 1.2.0
message: Cite us.
title: "From the CFF"
authors:
  - family-names: Doe
    given-names: Jane
    name-particle: van
    orcid: https://orcid.org/0000-0002-1825-0097
    affiliation: A Lab
  - name: The Team
abstract: >-
  Folded
  text.
keywords: [ecology, birds]
license: cc-by-4.0
date-released: 2026-03-29
preferred-citation:
  type: article
  doi: 10.1038/382146A0
`;

test("an empty bundle has the title that it is given", async () => {
  expect(await prefillMetadata([], "  my-folder ")).toEqual({
    metadata: { title: "my-folder" },
    findings: [],
    sources: {},
  });
  expect((await prefillMetadata([], " ")).metadata.title).toBe("Untitled");
});

test("each field comes from the most trusted file that has it", async () => {
  const { metadata, sources, findings } = await prefill({
    "README.md": "# From the README\n\nThe README says more than forty characters of prose here.",
    LICENSE:
      'MIT License. Permission is hereby granted, free of charge … THE SOFTWARE IS PROVIDED "AS IS"',
    "codemeta.json": {
      name: "From codemeta",
      keywords: "one, two; three",
      author: { givenName: "A", familyName: "B" },
    },
    ".zenodo.json": { title: "From Zenodo", license: { id: "apache-2.0" } },
    "paper.ipynb": notebook(
      "# From the notebook\n\nThe notebook says more than forty characters of prose here.",
    ),
    "deep/CITATION.cff": cff,
  });
  expect(findings).toEqual([]);
  expect(metadata).toEqual({
    title: "From Zenodo",
    license: "Apache-2.0",
    keywords: ["one", "two", "three"],
    authors: [{ name: "B, A", familyName: "B", givenName: "A" }],
    description: "The notebook says more than forty characters of prose here.",
  });
  expect(sources).toEqual({
    title: ".zenodo.json",
    license: ".zenodo.json",
    keywords: "codemeta.json",
    authors: "codemeta.json",
    description: "paper.ipynb",
  });
});

test("a CITATION.cff says everything", async () => {
  const { metadata, findings } = await prefill({ "CITATION.cff": cff });
  expect(findings).toEqual([]);
  expect(metadata).toEqual({
    title: "From the CFF",
    authors: [
      {
        name: "van Doe, Jane",
        familyName: "van Doe",
        givenName: "Jane",
        orcid: "0000-0002-1825-0097",
        affiliation: "A Lab",
      },
      { name: "The Team" },
    ],
    description: "Folded text.",
    keywords: ["ecology", "birds"],
    license: "CC-BY-4.0",
    date: "2026-03-29",
    paperDoi: "10.1038/382146a0",
    field: "Ecology",
  });
});

test("a .zenodo.json with HTML, a supplemented paper and authors", async () => {
  const { metadata } = await prefill({
    ".zenodo.json": {
      title: "T",
      description: "<p>One &amp; <em>two</em>.</p><ul><li>three</li></ul>",
      creators: [{ name: "Doe, Jane", orcid: "0000-0002-1825-0097", affiliation: "Lab" }, "Solo"],
      keywords: ["x", "X", ""],
      related_identifiers: [
        { identifier: "10.1/no", relation: "cites" },
        { identifier: "https://doi.org/10.1234/paper", relation: "isSupplementTo" },
      ],
      publication_date: "2025-12-31",
    },
  });
  expect(metadata).toEqual({
    title: "T",
    description: "One & two.\n\nthree",
    authors: [
      {
        name: "Doe, Jane",
        familyName: "Doe",
        givenName: "Jane",
        orcid: "0000-0002-1825-0097",
        affiliation: "Lab",
      },
      { name: "Solo" },
    ],
    keywords: ["X"],
    paperDoi: "10.1234/paper",
    date: "2025-12-31",
  });
});

test("a codemeta.json with linked things", async () => {
  const { metadata } = await prefill({
    "codemeta.json": {
      "@context": "https://w3id.org/codemeta/3.0",
      name: "T",
      license: "https://spdx.org/licenses/BSD-3-Clause",
      author: [
        {
          "@id": "https://orcid.org/0000-0002-1825-0097",
          givenName: "Jane",
          familyName: "Doe",
          affiliation: { name: "Lab" },
        },
      ],
      referencePublication: [{ "@id": "https://doi.org/10.1234/paper" }],
      dateModified: "2026-01-02T03:04:05Z",
    },
  });
  expect(metadata).toMatchObject({
    license: "BSD-3-Clause",
    paperDoi: "10.1234/paper",
    date: "2026-01-02",
    authors: [{ orcid: "0000-0002-1825-0097", affiliation: "Lab" }],
  });
});

test("the notebook that stands for the whole is the chief one nearest to the root", async () => {
  const { sources, metadata } = await prefill({
    "a.ipynb": notebook("# A"),
    "index.ipynb": notebook("# Index", { authors: [{ name: "Jane Doe" }], keywords: ["k"] }),
    "deep/index.ipynb": notebook("# Deep"),
    ".ipynb_checkpoints/index-checkpoint.ipynb": notebook("# Old"),
  });
  expect(metadata).toEqual({ title: "Index", authors: [{ name: "Jane Doe" }], keywords: ["k"] });
  expect(sources.title).toBe("index.ipynb");
});

test.each([
  [
    "README.md",
    '<h1 align="center">HTML <b>title</b></h1>\n\nSome prose that is long enough to be a description.',
    "HTML title",
  ],
  ["README.rst", "RST title\n=========\n\nProse.", "RST title"],
  ["readme", "# Plain\n", "Plain"],
])("a title out of %s", async (name, content, title) => {
  expect((await prefill({ [name]: content })).metadata.title).toBe(title);
});

describe("mistakes become findings with file and line", () => {
  const finding = async (name: string, content: string) =>
    (await prefill({ [name]: content })).findings[0];

  test("in JSON", async () => {
    expect(await finding(".zenodo.json", '{\n "title": "x",\n}')).toMatchObject({
      severity: "warning",
      code: "metadata_invalid",
      path: ".zenodo.json",
      place: "line 3, column 1",
    });
    expect(await finding("codemeta.json", "[]")).toMatchObject({
      code: "metadata_invalid",
      path: "codemeta.json",
    });
  });

  test("in YAML", async () => {
    expect(await finding("CITATION.cff", "title: x\nauthors: [\n")).toMatchObject({
      code: "metadata_invalid",
      path: "CITATION.cff",
      place: expect.stringMatching(/^line [23], column \d+$/),
    });
    expect(await finding("CITATION.cff", "- a list")).toMatchObject({ code: "metadata_invalid" });
    expect(await finding("CITATION.cff", "title: a\ntitle: b")).toMatchObject({
      code: "metadata_invalid",
      place: "line 2, column 1",
    });
  });

  test("in an ORCID iD and a licence, at their lines", async () => {
    const { findings, metadata } = await prefill({
      "CITATION.cff": cff.replace("0097", "0098").replace("cc-by-4.0", "do what you like"),
    });
    expect(findings).toMatchObject([
      { code: "orcid_invalid", path: "CITATION.cff", place: "line 8" },
      { code: "license_unknown", path: "CITATION.cff", place: "line 15" },
    ]);
    expect(metadata.license).toBeUndefined();
    expect(metadata.authors?.[0]).not.toHaveProperty("orcid");
  });

  test("in size", async () => {
    expect(await finding("README.md", "x".repeat(2 * 1024 ** 2))).toMatchObject({
      code: "metadata_too_large",
      path: "README.md",
    });
  });
});
