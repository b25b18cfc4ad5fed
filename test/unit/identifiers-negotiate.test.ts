import fc from "fast-check";
import { expect, test } from "vitest";
import { negotiate } from "#lib/identifiers/index.ts";

test.each([
  [null, "html"],
  ["", "html"],
  ["*/*", "html"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"],
  ["text/*", "html"],
  ["application/vnd.datacite.datacite+json", "datacite-json"],
  ["application/vnd.datacite.datacite+xml", "datacite-xml"],
  ["application/vnd.citationstyles.csl+json", "csl-json"],
  ["APPLICATION/X-BIBTEX", "bibtex"],
  ["application/x-research-info-systems", "ris"],
  ["application/ld+json", "schema-org"],
  ["application/vnd.schemaorg.ld+json", "schema-org"],
  ["application/vnd.codemeta.ld+json", "codemeta"],
  ["application/json", null],
  ["image/png", null],
  ["application/json, */*;q=0.1", "html"],
  ["application/x-bibtex;q=0.5, application/vnd.citationstyles.csl+json", "csl-json"],
  ["application/x-bibtex, application/vnd.citationstyles.csl+json", "bibtex"],
  ["application/vnd.citationstyles.csl+json, application/x-bibtex", "csl-json"],
  ["*/*, application/x-bibtex", "bibtex"],
  ["text/html;q=0, */*", "csl-json"],
  ["text/html;q=0", null],
  ["application/*;q=0.5, application/x-bibtex;q=0", "csl-json"],
  ["application/x-bibtex;q=nonsense", null],
  ["application/x-bibtex;q=1.5", null],
  ["application/x-bibtex ; q=0.7 , text/html;q=0.3", "bibtex"],
  ["application/x-bibtex;charset=utf-8", "bibtex"],
  ["not a media type", "html"],
])("Accept: %s gives %s", (accept, format) => {
  expect(negotiate(accept)?.format ?? null).toBe(format);
});

test("a bibliography has its style and locale", () => {
  expect(negotiate("text/x-bibliography; style=harvard1; locale=de-DE")).toEqual({
    format: "bibliography",
    style: "harvard1",
    locale: "de-DE",
  });
  expect(negotiate('text/x-bibliography;style="a,b;c\\"d", text/html;q=0.1')).toEqual({
    format: "bibliography",
    style: 'a,b;c"d',
  });
  expect(negotiate("text/x-bibliography")).toEqual({ format: "bibliography" });
});

test("no header makes it throw", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (header) => void negotiate(header)));
  const pieces = fc.constantFrom(
    "text/html",
    "*/*",
    ",",
    ";",
    "q=",
    "0.5",
    '"',
    "\\",
    "application/x-bibtex",
    " ",
    "=",
  );
  fc.assert(fc.property(fc.array(pieces), (parts) => void negotiate(parts.join(""))));
});
