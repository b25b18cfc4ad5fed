import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkTarget } from "#lib/archive/links.ts";
import { canonicalPath, isLitter, PathSet, portability } from "#lib/archive/paths.ts";

const refused = (raw: string) => {
  try {
    return canonicalPath(raw);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a path's canonical form", () => {
  test.each([
    ["a/b.txt", "a/b.txt"],
    ["./a//b/./c", "a/b/c"],
    ["folder/", "folder"],
    ["./", ""],
    ["e\u0301t\u00e9.csv", "\u00e9t\u00e9.csv"],
    ["日本/データ.csv", "日本/データ.csv".normalize("NFC")],
    ["...", "..."],
    ["a..b/c", "a..b/c"],
  ])("%j becomes %j", (raw, expected) => {
    expect(canonicalPath(raw)).toBe(expected);
  });

  test.each([
    ["../x", "archive_path_traversal"],
    ["a/../../x", "archive_path_traversal"],
    ["a/../b", "archive_path_traversal"],
    ["..", "archive_path_traversal"],
    ["..\\x", "archive_path_traversal"],
    ["a\\..\\..\\x", "archive_path_traversal"],
    ["/etc/passwd", "archive_absolute_path"],
    ["//server/share", "archive_absolute_path"],
    ["\\\\server\\share", "archive_absolute_path"],
    ["C:\\Windows", "archive_absolute_path"],
    ["c:/x", "archive_absolute_path"],
    ["a\\b", "path_not_allowed"],
    ["a\0b", "path_not_allowed"],
    ["a\nb", "path_not_allowed"],
    ["a\u001b[31m", "path_not_allowed"],
    ["invoice\u202efdp.exe", "path_not_allowed"],
    ["bad\ufffdutf8", "path_not_allowed"],
    ["lone\ud800surrogate", "path_not_allowed"],
    [".wh.deleted", "path_not_allowed"],
    ["a/.wh..wh..opq", "path_not_allowed"],
    ["x".repeat(256), "path_not_allowed"],
    [`${"d/".repeat(70)}x`, "path_not_allowed"],
    [`${`${"y".repeat(200)}/`.repeat(6)}x`, "path_not_allowed"],
  ])("%j is refused: %s", (raw, code) => {
    expect(refused(raw)).toBe(code);
  });

  test("whatever is given: inside the root, stable, or refused", () => {
    const piece = fc.oneof(
      fc.constantFrom("..", ".", "", "a", "é", "\\", "\0", "C:", "~", " ", ".git"),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.constantFrom("/", "\\"),
        (pieces, separator) => {
          const result = refused(pieces.join(separator));
          if (/^(?:archive_|path_)/.test(result)) return;
          expect(result.startsWith("/")).toBe(false);
          for (const segment of result.split("/")) expect([".", ".."]).not.toContain(segment);
          expect(result).toBe(result.normalize("NFC"));
          expect(result).not.toContain("\\");
          expect(canonicalPath(result)).toBe(result);
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe("paths together", () => {
  const add = (...paths: string[]) => {
    const set = new PathSet();
    try {
      for (const path of paths) set.addFile(path);
      return "ok";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  test.each([
    [["a", "b", "c/d", "c/e"], "ok"],
    [["a", "a"], "archive_duplicate_path"],
    [["a", "a/b"], "archive_duplicate_path"],
    [["a/b", "a"], "archive_duplicate_path"],
    [["README", "readme"], "archive_case_collision"],
    [["Data/x", "data/y"], "archive_case_collision"],
    [["straße", "STRASSE"], "archive_case_collision"],
  ])("%j: %s", (paths, expected) => {
    expect(add(...paths)).toBe(expected);
  });

  test("no two accepted paths meet on a disk that knows no case", () => {
    const name = fc.stringMatching(/^[aAbBß]{1,3}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), (paths) => {
        const set = new PathSet();
        const taken: string[] = [];
        for (const each of paths) {
          try {
            set.addFile(each);
            taken.push(each.toUpperCase());
          } catch (error) {
            expect((error as { status: number }).status).toBe(422);
          }
        }
        expect(new Set(taken).size).toBe(taken.length);
        for (const a of taken) for (const b of taken) expect(b.startsWith(`${a}/`)).toBe(false);
      }),
    );
  });
});

describe("links", () => {
  test.each([
    ["a/link", "b", "a/b"],
    ["a/link", "../b/c", "b/c"],
    ["link", ".", ""],
    ["a/b/link", "../../", ""],
  ])("%s → %s leads to %j", (path, target, expected) => {
    expect(linkTarget(path, target)).toBe(expected);
  });
  test.each([
    ["link", "/etc/passwd"],
    ["link", "../x"],
    ["a/link", "../../x"],
    ["link", "a/../../x"],
    ["link", ""],
    ["link", "C:\\x"],
    ["link", "..\\x"],
  ])("%s → %s leads out", (path, target) => {
    expect(() => linkTarget(path, target)).toThrow(
      expect.objectContaining({ code: "archive_link_escape", status: 422 }),
    );
  });
});

test("litter and names that Windows cannot write", () => {
  expect(["a/.DS_Store", "__MACOSX/a", ".git/config", "sub/.git"].every(isLitter)).toBe(true);
  expect([".gitignore", ".github/x", "data/DS_Store"].some(isLitter)).toBe(false);
  expect(portability("a/aux.txt")?.code).toBe("path_not_portable");
  expect(portability("what?.csv")?.code).toBe("path_not_portable");
  expect(portability("auxiliary/con-trol.csv")).toBeNull();
});
