import { plugins } from "@citation-js/core";
import { describe, expect, test } from "vitest";
import { citationStyles, formatCitation, toCslJson } from "#lib/identifiers/index.ts";
import { exampleRecord } from "#test/support/citation-record.ts";

const notice = "test identifier, not registered";

describe("a citation in words", () => {
  test.each(Object.keys(citationStyles))(
    "%s names authors, year, title and DOI, and says that it is a test",
    (style) => {
      const text = formatCitation(exampleRecord(), style);
      expect(text).toContain("Calloway");
      expect(text).toContain("2026");
      expect(text).toContain("breath");
      expect(text).toContain("10.5072/015n-mj18");
      expect(text.endsWith(`[${notice}]`)).toBe(true);
      expect(text).not.toMatch(/[\n<>]|&amp;/);
      expect(text).toMatchSnapshot();
    },
  );

  test.each([0, 1, 2, 3, 20, 21, 22, 30])("our APA is APA, with %d authors", (count) => {
    const authors = Array.from({ length: count }, (_, at) =>
      at % 5 === 4 ? { name: `Team ${at}` } : { name: `Family${at}, Given Middle` },
    );
    const record = { ...exampleRecord({ doi: "10.1234/abc" }), authors };
    const full = plugins.output.format("bibliography", [toCslJson(record)], {
      format: "text",
      template: "apa",
      lang: "en-US",
    });
    expect(formatCitation(record, "apa")).toBe(full.trim());
  });

  test("an unknown style or locale is no error, a registered DOI has no notice", () => {
    const record = exampleRecord({ doi: "10.1234/abc" });
    expect(formatCitation(record, "__proto__", "tlh")).toBe(formatCitation(record, "apa"));
    expect(formatCitation(record)).not.toContain(notice);
    expect(formatCitation(record)).toContain("https://doi.org/10.1234/abc");
  });
});
