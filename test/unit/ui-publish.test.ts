import { Readable } from "node:stream";
import fc from "fast-check";
import { extract } from "tar-stream";
import { describe, expect, it } from "vitest";
import { authorOf, moved, partsOf } from "#app/components/draft/author-parts.ts";
import { archiveType, fromFileList } from "#app/components/publish/collect.ts";
import { tarOf } from "#app/components/publish/tar.ts";

async function unpack(tar: Blob): Promise<{ path: string; content: string }[]> {
  const found: { path: string; content: string }[] = [];
  const parser = extract();
  Readable.from([Buffer.from(await tar.arrayBuffer())]).pipe(parser);
  for await (const entry of parser) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(Buffer.from(chunk as Uint8Array));
    found.push({ path: entry.header.name, content: Buffer.concat(chunks).toString() });
  }
  return found;
}

describe("a folder as a tar archive", () => {
  it.each([
    ["a plain name", "data/a.csv"],
    ["a name past ustar's hundred bytes", `${"deep/".repeat(40)}file.txt`],
    ["a name that is not ASCII", "données/µ-été.txt"],
    ["a name of exactly a hundred bytes", "x".repeat(100)],
  ])("keeps %s", async (_, path) => {
    expect(await unpack(tarOf([{ path, file: new Blob(["content"]) }]))).toEqual([
      { path, content: "content" },
    ]);
  });

  it("keeps any files of any length in order", async () => {
    const entry = fc.record({
      path: fc
        .string({ unit: "grapheme", minLength: 1, maxLength: 150 })
        .map((name) => `d/${name.replace(/[\0\n]/g, "_")}`),
      content: fc.string({ maxLength: 1_500 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
        const tar = tarOf(
          entries.map(({ path, content }) => ({ path, file: new Blob([content]) })),
        );
        expect(tar.size % 512).toBe(0);
        expect(await unpack(tar)).toEqual(entries);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what was chosen", () => {
  const file = (path: string) => {
    const made = new File(["x"], path.split("/").at(-1) ?? path);
    Object.defineProperty(made, "webkitRelativePath", { value: path.includes("/") ? path : "" });
    return made;
  };
  it("is an archive by its name", () => {
    expect(archiveType("a.tar.gz")).toBe("application/gzip");
    expect(archiveType("a.csv")).toBeNull();
    expect(fromFileList([file("paper.zip")])).toMatchObject({ kind: "archive" });
  });
  it("is a folder without its own name and without what tools leave behind", () => {
    const found = fromFileList([
      file("paper/a.ipynb"),
      file("paper/.git/config"),
      file("paper/d/b.csv"),
    ]);
    expect(found).toMatchObject({ kind: "files", name: "paper", leftOut: 1 });
    expect(found?.kind === "files" && found.entries.map(({ path }) => path)).toEqual([
      "a.ipynb",
      "d/b.csv",
    ]);
  });
});

describe("authors in the form", () => {
  it("come apart and together again", () => {
    expect(partsOf({ name: "Lovelace, Ada" })).toMatchObject({ given: "Ada", family: "Lovelace" });
    expect(partsOf({ name: "The Big Group" })).toMatchObject({
      given: "",
      family: "The Big Group",
    });
    const author = { name: "Lovelace, Ada", givenName: "Ada", familyName: "Lovelace", orcid: "x" };
    expect(authorOf(partsOf(author))).toEqual(author);
    expect(authorOf(partsOf({ name: "The Big Group" }))).toEqual({ name: "The Big Group" });
  });
  it("move by one place and stay within the list", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
  });
});
