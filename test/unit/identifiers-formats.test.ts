import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import {
  doiFormats,
  renderFormat,
  schemaOrgScript,
  toBibtex,
  toCodemeta,
  toCslJson,
  toDataCiteJson,
  toDataCiteXml,
  toRis,
  toSchemaOrg,
} from "#lib/identifiers/index.ts";
import { exampleRecord } from "#test/support/citation-record.ts";
import { dataCiteOutline } from "#test/support/datacite-outline.ts";

const notice = "test identifier, not registered";

test("the record holds every relation, and no credentials of the source", () => {
  const { related } = exampleRecord();
  expect(related.map(({ relation, identifier }) => `${relation} ${identifier}`)).toEqual([
    "IsSupplementTo 10.1038/382146a0",
    "IsVersionOf 10.5072/003r-j076",
    "IsNewVersionOf 10.5072/000000-v1",
    "IsPreviousVersionOf 10.5072/000000-v3",
    "IsDerivedFrom 10.5072/origin",
    "IsSourceOf 10.5072/fork",
    `IsDerivedFrom https://github.com/lab/curve/tree/${"a".repeat(40)}`,
  ]);
  const concept = exampleRecord({}, { kind: "concept" });
  expect(concept.doi).toBe("10.5072/003r-j076");
  expect(concept.related.filter(({ relation }) => relation === "HasVersion")).toHaveLength(3);
});

test("a draft has no DOI and is of this year", () => {
  const draft = exampleRecord(
    { doi: null, state: "draft", publishedAt: null },
    { now: new Date("2027-01-05") },
  );
  expect(draft).toMatchObject({
    doi: null,
    isTest: false,
    year: 2027,
    url: "https://colophon.example/p/the-curve",
  });
  expect(toCslJson(draft)).not.toHaveProperty("DOI");
});

describe("DataCite JSON", () => {
  test("has what is mandatory and all that is known", () => {
    expect(toDataCiteJson(exampleRecord())).toMatchObject({
      doi: "10.5072/015n-mj18",
      url: "https://colophon.example/doi/10.5072/015n-mj18",
      types: { resourceTypeGeneral: "ComputationalNotebook" },
      creators: [
        {
          name: "Calloway, Ines",
          nameType: "Personal",
          givenName: "Ines",
          familyName: "Calloway",
          nameIdentifiers: [
            {
              nameIdentifier: "https://orcid.org/0000-0002-1825-0097",
              nameIdentifierScheme: "ORCID",
              schemeUri: "https://orcid.org",
            },
          ],
          affiliation: [{ name: "Colophon Examples" }],
        },
        { name: "Ørsted-Šimić, José", familyName: "Ørsted-Šimić", givenName: "José" },
        { name: "Mauna Loa and Friends Collaboration" },
      ],
      titles: [{ title: "The curve & its breath: CO₂ at 5 % {Mauna Loa}" }],
      publisher: "Colophon",
      publicationYear: 2026,
      version: "2",
      rightsList: [
        {
          rightsIdentifier: "cc-by-4.0",
          rightsIdentifierScheme: "SPDX",
          rightsUri: "https://creativecommons.org/licenses/by/4.0/",
        },
      ],
      dates: [
        { date: "2026-04-02", dateType: "Issued" },
        { date: "2026-03-29", dateType: "Created" },
      ],
      descriptions: [
        {
          description: "A rise, and a breath.\n\nTwo stories in line.",
          descriptionType: "Abstract",
        },
        { description: notice, descriptionType: "TechnicalInfo" },
      ],
    });
  });

  test("without authors it says so in the standard's words", () => {
    const record = { ...exampleRecord(), authors: [] };
    expect(toDataCiteJson(record).creators).toMatchObject([{ name: "(:unav)" }]);
  });
});

describe("an independent library reads", () => {
  test("BibTeX: authors, title, DOI, year", () => {
    const [entry] = new Cite(toBibtex(exampleRecord()), { forceType: "@bibtex/text" }).data;
    expect(entry).toMatchObject({
      title: "The curve & its breath: CO₂ at 5 % {Mauna Loa}",
      author: [
        { family: "Calloway", given: "Ines" },
        { family: "Ørsted-Šimić", given: "José" },
        { family: "Mauna Loa and Friends Collaboration" },
      ],
      DOI: "10.5072/015n-mj18",
      URL: "https://colophon.example/doi/10.5072/015n-mj18",
      publisher: "Colophon",
      note: notice,
    });
    expect(entry?.issued).toEqual({ "date-parts": [[2026, 4]] });
  });

  test("BibTeX of any title and names, without an entry or field more", () => {
    const words = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
      .filter((text) => /[a-z]/i.test(text));
    const hostile = fc.oneof(
      words,
      fc.constantFrom(
        "a}, note = {b",
        "\\input{x}",
        "a \\} b",
        "x%y",
        "$x_1^2$",
        "a~b",
        "} @misc{y, title={z",
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (title, name) => {
        const record = {
          ...exampleRecord(),
          title,
          authors: [{ name: name.replaceAll(",", "") || "x" }],
        };
        const entries = new Cite(toBibtex(record), { forceType: "@bibtex/text" }).data;
        expect(entries).toHaveLength(1);
        // BibTeX itself counts braces without looking at backslashes.
        let depth = 0;
        for (const brace of toBibtex(record).trimEnd().replace(/[^{}]/g, "").slice(0, -1)) {
          depth += brace === "{" ? 1 : -1;
          expect(depth).toBeGreaterThan(0);
        }
        expect(depth).toBe(1);
        expect(entries[0]?.DOI).toBe("10.5072/015n-mj18");
        expect(entries[0]?.author).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  test("CSL-JSON, and gives it back unchanged", () => {
    const item = toCslJson(exampleRecord());
    const [read] = new Cite(item, { forceType: "@csl/object" }).data;
    expect(read).toMatchObject({
      type: "software",
      title: item.title,
      DOI: item.DOI,
      issued: { "date-parts": [[2026, 4, 2]] },
      version: "2",
    });
    expect(read?.author).toHaveLength(3);
  });

  test("DataCite XML, whatever is in the texts", async () => {
    const xml = toDataCiteXml({
      ...exampleRecord(),
      title: 'a <b> & "c" ]]> \u0000\u0001\ud800 d\ne',
    });
    const { valid, rawOutput } = await validateXML({
      xml: [{ fileName: "record.xml", contents: xml }],
      // Only what the fields are made of: the whole schema is DataCite's to publish.
      schema: [{ fileName: "record.xsd", contents: dataCiteOutline }],
    });
    expect(rawOutput).not.toContain("error");
    expect(valid).toBe(true);
    expect(xml).toContain("<title>a &lt;b&gt; &amp; &quot;c&quot; ]]&gt; ");
    expect(xml).toContain("d&#10;e</title>");
  });
});

test("RIS has one tag a line, ends its record, and no text can add a line", () => {
  const ris = toRis({ ...exampleRecord(), title: "One\r\nER  - \r\nTY  - BOOK" });
  const lines = ris.split("\r\n");
  expect(lines[0]).toBe("TY  - COMP");
  expect(lines.at(-2)).toBe("ER  - ");
  expect(lines.filter((line) => line.startsWith("TY  - "))).toHaveLength(1);
  expect(lines).toContain("AU  - Calloway, Ines");
  expect(lines).toContain("DO  - 10.5072/015n-mj18");
  expect(lines).toContain(`N1  - ${notice}`);
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/^[A-Z][A-Z0-9] {2}- /);
});

test("schema.org JSON-LD has its context, and ends no script element", () => {
  const record = { ...exampleRecord(), title: "</script><script>alert(1)</script>" };
  expect(toSchemaOrg(record)).toMatchObject({
    "@context": "https://schema.org",
    "@type": ["SoftwareSourceCode", "Dataset"],
    "@id": "https://colophon.example/doi/10.5072/015n-mj18",
    identifier: { "@type": "PropertyValue", value: "doi:10.5072/015n-mj18", description: notice },
    author: [
      { "@type": "Person", "@id": "https://orcid.org/0000-0002-1825-0097", givenName: "Ines" },
      {},
      {},
    ],
    citation: [{ "@type": "ScholarlyArticle", "@id": "https://doi.org/10.1038/382146a0" }],
    license: "https://creativecommons.org/licenses/by/4.0/",
  });
  expect(schemaOrgScript(record)).not.toContain("<");
  expect(JSON.parse(schemaOrgScript(record))).toEqual(
    JSON.parse(JSON.stringify(toSchemaOrg(record))),
  );
});

test("CodeMeta is the same under its own context", () => {
  expect(toCodemeta(exampleRecord())).toMatchObject({
    "@context": "https://w3id.org/codemeta/3.0",
    "@type": "SoftwareSourceCode",
    name: exampleRecord().title,
    referencePublication: [{ "@id": "https://doi.org/10.1038/382146a0" }],
  });
});

test.each(Object.keys(doiFormats) as (keyof typeof doiFormats)[])(
  "%s is sent with its own type, and shows the notice",
  (format) => {
    const rendered = renderFormat(format, exampleRecord());
    expect(rendered?.contentType.startsWith(doiFormats[format].accepts[0])).toBe(true);
    expect(rendered?.body).toContain(notice);
    expect(rendered?.body.endsWith("\n")).toBe(true);
  },
);

test("a withdrawn version says so in every format", () => {
  const record = exampleRecord({ state: "withdrawn", withdrawReason: "A wrong unit." });
  for (const format of [
    "datacite-json",
    "datacite-xml",
    "csl-json",
    "bibtex",
    "ris",
    "schema-org",
    "codemeta",
  ] as const) {
    expect(renderFormat(format, record)?.body).toContain("Withdrawn: A wrong unit.");
  }
  expect(renderFormat("html", record)).toBeNull();
});
