import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSpec } from "#lib/binder/index.ts";
import { isColophonError } from "#lib/errors.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";

describe("a Binder address is read before it is decoded", () => {
  test.each([
    ["gh/owner/repo/main", "owner/repo", "main"],
    ["gh/owner/repo/feature/x", "owner/repo", "feature/x"],
    ["gh/owner/repo/feature%2Fx", "owner/repo", "feature/x"],
    ["gh/owner/repo.git/v1.0", "owner/repo", "v1.0"],
    ["gh/owner/repo/HEAD/", "owner/repo", "HEAD"],
    ["gl/group%2Fsub%2Fproject/main", "group/sub/project", "main"],
    ["gist/owner/0123abcd", "owner/0123abcd", "HEAD"],
    [`gist/owner/0123ABCD/${commit}`, "owner/0123abcd", commit],
    ["git/https%3A%2F%2Fexample.org%2Fa%2Fb.git/main", "https://example.org/a/b.git", "main"],
    ["git/git%3A%2F%2Fexample.org%2Fb/a/b", "git://example.org/b", "a/b"],
    ["git/git%40example.org%3Aa%2Fb.git/main", "ssh://git@example.org/a/b.git", "main"],
    ["zenodo/10.5281/zenodo.3242074", "10.5281/zenodo.3242074", null],
    ["zenodo/10.5281%2Fzenodo.3242074", "10.5281/zenodo.3242074", null],
    ["figshare/10.6084/m9.figshare.9782777.v1", "10.6084/m9.figshare.9782777.v1", null],
    ["dataverse/10.7910/DVN/TJCLKP", "10.7910/DVN/TJCLKP", null],
    ["dataverse/https%3A%2F%2Fdoi.org%2F10.7910%2FDVN%2FTJCLKP", "10.7910/DVN/TJCLKP", null],
    ["hydroshare/0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", null],
    ["doi/10.5072/ABCD-1234", "10.5072/abcd-1234", null],
  ])("%s", (path, repository, ref) => {
    expect(parseSpec(path)).toMatchObject({ provider: path.split("/")[0], repository, ref });
  });

  test("%2F inside a part is not a slash between parts", () => {
    expect(() => parseSpec("gl/group/project/main")).toThrow(/spec of the provider gl/);
    expect(() => parseSpec("git/https://example.org/b.git/main")).toThrow();
  });
});

describe("what is hostile or broken is refused", () => {
  test.each([
    ["", "provider_unknown", 404],
    ["nowhere/a/b/c", "provider_unknown", 404],
    ["constructor/a/b/c", "provider_unknown", 404],
    ["gh", "spec_invalid", 400],
    ["gh/owner/repo", "spec_invalid", 400],
    ["gh/../repo/main", "spec_invalid", 400],
    ["gh/owner/../main", "spec_invalid", 400],
    ["gh/owner/..%2F..%2Fetc/main", "spec_invalid", 400],
    ["gh/%2e%2e/repo/main", "spec_invalid", 400],
    ["gh/-owner/repo/main", "spec_invalid", 400],
    ["gh/owner/--upload-pack=x/main", "spec_invalid", 400],
    ["gh/owner/repo/--upload-pack=touch%20pwned", "source_ref_invalid", 422],
    ["gh/owner/repo/-main", "source_ref_invalid", 422],
    ["gh/owner/repo/a..b", "source_ref_invalid", 422],
    ["gh/owner/repo/main%0Ax", "spec_invalid", 400],
    ["gh/owner/repo/main%00", "spec_invalid", 400],
    ["gh/owner/repo/a%E2%80%AEb", "spec_invalid", 400],
    ["gh/owner/repo/main\\x", "spec_invalid", 400],
    ["gh/owner/repo/%ZZ", "spec_invalid", 400],
    ["gh/owner/repo/%C3", "spec_invalid", 400],
    [`gh/owner/repo/${"a".repeat(3_000)}`, "spec_invalid", 400],
    [`gh/${"o".repeat(60)}/repo/main`, "spec_invalid", 400],
    ["gl/group%2F..%2Fproject/main", "spec_invalid", 400],
    ["gl/group%2F-project/main", "spec_invalid", 400],
    ["gl/group/main", "spec_invalid", 400],
    ["gist/owner/not-hex", "spec_invalid", 400],
    ["git/--upload-pack%3Dtouch%20pwned/main", "source_invalid", 422],
    ["git/ext%3A%3Ash%20-c%20touch%25%20pwned/main", "source_invalid", 422],
    ["git/file%3A%2F%2F%2Fetc/main", "source_invalid", 422],
    ["git/https%3A%2F%2Fuser%3Apassword%40example.org%2Fb/main", "source_invalid", 422],
    ["git/https%3A%2F%2Fexample.org%2F--upload-pack/main", "source_invalid", 422],
    ["git/https%3A%2F%2Fexample.org%2Fb/--upload-pack=x", "source_ref_invalid", 422],
    ["zenodo/10.5281/../zenodo.1", "spec_invalid", 400],
    ["zenodo/zenodo.1", "spec_invalid", 400],
    ["dataverse/10.7910/DVN/A%26b%3Dc", "spec_invalid", 400],
    ["hydroshare/0123", "spec_invalid", 400],
    ["doi/not-a-doi", "spec_invalid", 400],
  ])("%s", (path, code, status) => {
    expect(refusalOf(path)).toMatchObject({ code, status });
  });
});

function refusalOf(path: string): unknown {
  try {
    return parseSpec(path);
  } catch (error) {
    return error;
  }
}

const prefixes = [
  "gh",
  "gl",
  "gist",
  "git",
  "zenodo",
  "figshare",
  "dataverse",
  "hydroshare",
  "doi",
];
const piece = fc.oneof(
  fc.constantFrom(
    "..",
    "--upload-pack=x",
    "-o",
    "%00",
    "%0a",
    "%2e%2e",
    "%2f",
    "//",
    "@{",
    "a:b@c",
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
);

describe("whatever comes", () => {
  test("is refused with a sentence, or is what its provider's grammar allows", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...prefixes),
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        (prefix, pieces) => {
          const found = refusalOf(`${prefix}/${pieces.join("/")}`);
          if (found instanceof Error) {
            expect(isColophonError(found), String(found)).toBe(true);
            return;
          }
          const { repository, ref } = found as { repository: string; ref: string | null };
          for (const text of [repository, ref ?? ""]) {
            expect(text).not.toMatch(/[\p{Cc}\s\\'"`$<>|;&]/u);
            expect(text.startsWith("-")).toBe(false);
            expect(text.split("/")).not.toContain("..");
          }
          expect(repository).not.toMatch(/(?:^|\/)-/);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test("of a sound repository survives its way through an address", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}$/);
    const ref = fc
      .array(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,10}$/), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(name, name, ref, fc.boolean(), (owner, repo, branch, encoded) => {
        const tail = encoded ? encodeURIComponent(branch) : branch;
        const expected = { repository: `${owner}/${repo}`, ref: branch };
        expect(parseSpec(`gh/${owner}/${repo}/${tail}`)).toMatchObject(expected);
        expect(parseSpec(`gl/${owner}%2F${repo}/${tail}`)).toMatchObject(expected);
        const url = `https://example.org/${owner}/${repo}`;
        expect(parseSpec(`git/${encodeURIComponent(url)}/${tail}`)).toMatchObject({
          repository: url,
          ref: branch,
        });
      }),
    );
  });
});
