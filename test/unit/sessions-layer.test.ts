import fc from "fast-check";
import { expect, test } from "vitest";
import { confinedPath } from "#lib/sessions/layer.ts";

test.each([
  ["./notebook.ipynb", "notebook.ipynb"],
  ["data//a/./b.csv", "data/a/b.csv"],
  ["/etc/passwd", "etc/passwd"],
  ["cafe\u0301.txt", "caf\u00e9.txt"],
])("%j becomes %j", (name, path) => {
  expect(confinedPath(name)).toBe(path);
});

test.each(["", ".", "./", "..", "../a", "a/../../b", "a/..", "a\\..\\b", "a\0b"])(
  "%j is refused",
  (name) => {
    expect(confinedPath(name)).toBeNull();
  },
);

test("no name leads out of the workspace", () => {
  const part = fc.constantFrom("..", ".", "", "a", "b c", "…", "..a", "%2e%2e");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const path = confinedPath(parts.join("/"));
      if (path === null) return;
      expect(
        new URL(path, "file:///workspace/").pathname.startsWith("/workspace/") ||
          path.includes("%"),
      ).toBe(true);
      expect(path.split("/")).not.toContain("..");
      expect(path.startsWith("/")).toBe(false);
    }),
  );
});
