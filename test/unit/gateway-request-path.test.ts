import fc from "fast-check";
import { expect, test } from "vitest";
import { readSessionPath, withoutToken } from "#lib/gateway/request-path.ts";

const id = "0123456789abcdefghjkmnpqrs";

test("a session's path is taken apart", () => {
  const read = readSessionPath(`/s/${id}/lab/tree/a%20b.ipynb?reset&token=secret&x=1`);
  expect(read).toMatchObject({ id, path: `/s/${id}/lab/tree/a%20b.ipynb` });
  expect(read && withoutToken(read)).toBe(`/s/${id}/lab/tree/a%20b.ipynb?reset=&x=1`);
});

test.each([
  "/",
  "/s/",
  "/s/short/lab",
  `/s/${id}`,
  `/S/${id}/`,
  `//s/${id}/`,
  `/x/s/${id}/`,
  `/s/${id}/../other/api`,
  `/s/${id}/%2e%2e/other/api`,
  `/s/${id}/%2E./other`,
  `/s/${id}/a/..`,
  `/s/${id}/./a`,
  `/s/${id}/a%2f..%2fb`,
  `/s/${id}/..%5cb`,
  `/s/${id}/a\\..\\b`,
  `/s/${id}/a%00b`,
  `/s/${id}/a%zz`,
  `http://other/s/${id}/`,
  `/s/${id}/#x`,
])("%s is refused", (url) => {
  expect(readSessionPath(url)).toBeNull();
});

test("what is accepted resolves to a path below the session's", () => {
  const part = fc.constantFrom(
    "..",
    ".",
    "%2e",
    "%2E%2e",
    "a",
    "%2f",
    "%5c",
    "..a",
    "a..",
    "?",
    "&",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const read = readSessionPath(`/s/${id}/${parts.join("/")}`);
      if (!read) return;
      const resolved = new URL(decodeURIComponent(read.path), "http://x");
      expect(resolved.pathname.startsWith(`/s/${id}/`)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
