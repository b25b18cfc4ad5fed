import fc from "fast-check";
import { expect, test } from "vitest";
import { isId, slugOf } from "#lib/archive/slug.ts";

test.each([
  ["Carbon dioxide at Mauna Loa, 1958–2024", "carbon-dioxide-at-mauna-loa-1958-2024"],
  ["Schrödinger's équation", "schrodingers-equation"],
  ["Łódź & Ærøskøbing: straße", "lodz-aeroskobing-strasse"],
  ["海面水温の変動", "海面水温の変動"],
  ["हिन्दी शोध", "हिन्दी-शोध"],
  ["  !!!  ", "publication"],
  ["", "publication"],
  ["New", "paper-new"],
  ["0190b3f4-7c1e-7abc-8def-0123456789ab", "paper-0190b3f4-7c1e-7abc-8def-0123456789ab"],
])("%j → %j", (title, slug) => {
  expect(slugOf(title)).toBe(slug);
});

test("any title gives a slug that is safe in a URL's path and no id", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (title) => {
      const slug = slugOf(title);
      expect(slug).toMatch(/^[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)*$/u);
      expect(Array.from(slug).length).toBeLessThanOrEqual(66);
      expect(isId(slug)).toBe(false);
      expect(slug).toBe(slug.normalize("NFC"));
    }),
    { numRuns: 1_000 },
  );
});
