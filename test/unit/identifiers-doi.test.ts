import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkOrcid,
  decodeSuffix,
  doiUrl,
  encodeSuffix,
  isTestPrefix,
  parseDoi,
} from "#lib/identifiers/index.ts";

const numbers = fc.integer({ min: 0, max: 2 ** 30 - 1 });

describe("DOI suffixes", () => {
  test.each([
    [123456, "003r-j076"],
    [1234578, "015n-mj18"],
    [1234579, "015n-mk15"],
  ])("%d is %s", (number, suffix) => {
    expect(encodeSuffix(number)).toBe(suffix);
    expect(decodeSuffix(suffix)).toBe(number);
  });

  test("every number comes back, with or without hyphen, in any case", () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const suffix = encodeSuffix(number);
        expect(suffix).toMatch(/^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{2}\d\d$/);
        expect(decodeSuffix(suffix)).toBe(number);
        expect(decodeSuffix(suffix.toUpperCase().replace("-", ""))).toBe(number);
      }),
    );
  });

  test("one wrong character is always noticed", () => {
    const alphabet = [..."0123456789abcdefghjkmnpqrstvwxyzilou"];
    fc.assert(
      fc.property(numbers, fc.nat(8), fc.constantFrom(...alphabet), (number, at, other) => {
        const suffix = encodeSuffix(number);
        fc.pre(suffix[at] !== other && suffix[at] !== "-");
        expect(decodeSuffix(suffix.slice(0, at) + other + suffix.slice(at + 1))).toBeNull();
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([-1, 0.5, 2 ** 30, Number.NaN])("%d has no suffix", (number) => {
    expect(() => encodeSuffix(number)).toThrow(RangeError);
  });

  test.each(["", "003r", "003r-j07", "003r-j0766", "003r--j076", "003i-j076"])(
    "%j is none",
    (text) => {
      expect(decodeSuffix(text)).toBeNull();
    },
  );
});

describe("DOIs that people type", () => {
  test.each([
    ["10.5072/003r-j076", "10.5072/003r-j076"],
    [" 10.5072/003R-J076\n", "10.5072/003r-j076"],
    ["doi:10.1063/1.4916609", "10.1063/1.4916609"],
    ["DOI: 10.1063/1.4916609", "10.1063/1.4916609"],
    ["info:doi/10.1063/1.4916609", null],
    ["https://doi.org/10.1051/0004-6361/202244997", "10.1051/0004-6361/202244997"],
    ["http://dx.doi.org/10.1103%2FPhysRev.115.485", "10.1103/physrev.115.485"],
    ["http://localhost:3000/doi/10.5072/003r-j076?x=1#y", "10.5072/003r-j076"],
    ["https://journals.aps.org/pr/abstract/10.1103/PhysRev.115.485", "10.1103/physrev.115.485"],
    ["<https://doi.org/10.1038/382146a0>", "10.1038/382146a0"],
    ["10.1002/(SICI)1097-4636(199821)43:4<1::AID>3.0.CO;2-V", null],
    ["10.1002/(sici)1097-4636(199821)43:4;2-v", "10.1002/(sici)1097-4636(199821)43:4;2-v"],
    ["10.5072", null],
    ["10.5072/", null],
    ["10.507/abc", null],
    ["11.5072/abc", null],
    ["10.5072/a b", null],
    ["10.5072/é", null],
    ["10.5072/<script>", null],
    ["", null],
    ["https://example.org/1.10.5072/x", null],
    ["https://example.org/%E0%A4%A", null],
    [`10.5072/${"a".repeat(300)}`, null],
  ])("%j is %j", (text, doi) => {
    expect(parseDoi(text)).toBe(doi);
  });

  test("any DOI is found in its address, and nothing throws", () => {
    const suffix = fc.stringMatching(/^[-._;()/:a-z0-9*~$=]{1,40}$/);
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 999_999_999 }), suffix, (prefix, rest) => {
        const doi = `10.${prefix}/${rest}`;
        expect(parseDoi(doi)).toBe(doi);
        // A resolver's path is normalised by the URL standard: "." and ".." do not survive, nor do they in browsers.
        if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(rest))
          expect(parseDoi(doiUrl(doi, "https://a.org"))).toBe(doi);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseDoi(text)));
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (text) => void parseDoi(text)));
  });

  test("the test prefix is told apart, and leads to the archive itself", () => {
    expect(isTestPrefix("10.5072/003r-j076")).toBe(true);
    expect(isTestPrefix("10.50720/003r-j076")).toBe(false);
    expect(doiUrl("10.5072/003r-j076", "http://localhost:3000")).toBe(
      "http://localhost:3000/doi/10.5072/003r-j076",
    );
    expect(doiUrl("10.1063/1.4916609", "http://localhost:3000")).toBe(
      "https://doi.org/10.1063/1.4916609",
    );
  });
});

describe("ORCID iDs", () => {
  test.each([
    ["0000-0002-1825-0097", "0000-0002-1825-0097"],
    ["https://orcid.org/0000-0002-1694-233X", "0000-0002-1694-233X"],
    ["http://orcid.org/0000-0002-1694-233x/", "0000-0002-1694-233X"],
    ["000000021825009" + "7", "0000-0002-1825-0097"],
    ["0000-0002-1825-0098", null],
    ["0000-0002-1694-2330", null],
    ["0000-0002-1825", null],
    ["https://evil.org/0000-0002-1825-0097", null],
    ["", null],
  ])("%j is %j", (text, orcid) => {
    expect(checkOrcid(text)).toBe(orcid);
  });

  test("one wrong digit is always noticed", () => {
    const good = "0000-0002-1825-0097";
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 9 }), (at, digit) => {
        fc.pre(good[at] !== "-" && good[at] !== String(digit));
        expect(checkOrcid(good.slice(0, at) + digit + good.slice(at + 1))).toBeNull();
      }),
    );
  });
});
