import { describe, expect, test } from "vitest";
import { main } from "../../bin/cli/main.ts";
import { readableBytes } from "../../bin/cli/progress.ts";
import { openingUrl } from "../../bin/commands/launch.ts";
import { sourceOf } from "../../bin/commands/publish.ts";

async function run(...argv: string[]) {
  let out = "";
  let err = "";
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    isTerminal: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

const commands = ["publish", "build", "launch", "fork", "export", "token"];

describe("the command line", () => {
  test("--help lists every command on stdout; nothing at all is bad usage", async () => {
    const help = await run("--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    for (const name of commands) expect(help.out).toContain(`  ${name} `);
    expect(await run()).toMatchObject({ code: 2, out: "" });
  });

  test.each(commands)("%s --help shows its usage", async (name) => {
    const help = await run(name, "--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toMatch(new RegExp(`^usage: colophon ${name} `));
  });

  test.each([
    ["nonsense"],
    ["constructor"],
    ["publish"],
    ["publish", "/no/such/folder"],
    ["publish", "a", "b"],
    ["publish", ".", "--nonsense"],
    ["publish", ".", "--metadata", "/no/such/file"],
    ["launch"],
    ["launch", "10.5072/x", "--path"],
    ["fork"],
    ["export", "10.5072/x"],
    ["token"],
    ["token", "delete", "--name", "x"],
    ["token", "create"],
    ["token", "create", "--name", " "],
  ])("%s %s %s is bad usage", async (...argv) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("usage: colophon ");
  });
});

test.each([
  ["10.5281/zenodo.1234", "doi"],
  ["doi:10.5072/abc", "doi"],
  ["https://doi.org/10.5072/abc", "doi"],
  ["https://github.com/someone/paper", "github"],
  ["https://github.com/someone/paper.git", "github"],
  ["https://gitlab.com/someone/paper", "git"],
  ["https://example.org/paper.git", "git"],
  ["git@github.com:someone/paper.git", "git"],
  ["ssh://git@example.org/paper.git", "git"],
])("%s is a source of type %s", (word, type) => {
  expect(sourceOf(word)).toEqual({ type, url: word });
});

test.each([".", "paper", "../10.5072", "/tmp/x", "github.com/someone/paper"])(
  "%s is a folder",
  (word) => {
    expect(sourceOf(word)).toBeNull();
  },
);

test("the opening address carries the token and the path, whatever the file is called", () => {
  const session = {
    id: "s",
    state: "ready" as const,
    message: "",
    eventsUrl: "",
    url: "http://localhost:3001/s/s/",
    token: "t&=",
    expiresAt: null,
    failure: null,
  };
  expect(openingUrl(session, undefined)).toBe("http://localhost:3001/s/s/?token=t%26%3D");
  expect(openingUrl(session, "a b/ä#?.ipynb")).toBe(
    "http://localhost:3001/s/s/lab/tree/a%20b/%C3%A4%23%3F.ipynb?token=t%26%3D",
  );
});

test("bytes are told in binary units", () => {
  expect([0, 1023, 1024, 1536, 5 * 1024 ** 3].map(readableBytes)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "5.0 GiB",
  ]);
});
