import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { BuilderError, readEnvironment } from "#builder/index.ts";
import { serverDockerfile } from "#builder/server-recipe.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/environments");
const created: string[] = [];

afterEach(async () => {
  for (const dir of created.splice(0)) await rm(dir, { recursive: true, force: true });
});

async function folder(files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "colophon-environment-"));
  created.push(dir);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

async function refusal(files: Record<string, string>): Promise<BuilderError> {
  const error = await readEnvironment(await folder(files)).catch((thrown: unknown) => thrown);
  if (!(error instanceof BuilderError)) throw new Error(`Not refused: ${JSON.stringify(error)}`);
  return error;
}

describe("sample environments", async () => {
  for (const name of await readdir(FIXTURES)) {
    test(name, async () => {
      const spec = await readEnvironment(join(FIXTURES, name, "input"));
      const { kind, baseSuite, python, deviations, warnings, summary } = spec;
      const files = spec.files.map((file) => file.path);
      const about = {
        kind,
        baseSuite,
        python,
        declaredBy: summary.declaredBy,
        files,
        deviations,
        warnings,
      };
      // The shared stages are the same for all; what they change in the key is tested below.
      const own = spec.dockerfile.replace(
        serverDockerfile(`debian:${baseSuite}-slim`, baseSuite),
        "# (shared stages)\n",
      );
      expect(own).toContain("# (shared stages)");
      const text = `${JSON.stringify(about, null, 2).replaceAll(/^/gm, "# ")}\n\n${own}`;
      await expect(text).toMatchFileSnapshot(join(FIXTURES, name, "expected.Dockerfile"));
    });
  }
});

describe("the environment key", () => {
  const key = async (files: Record<string, string>) =>
    (await readEnvironment(await folder(files))).key;

  test("ignores notebooks, data and descriptions", async () => {
    const before = await key({ "requirements.txt": "numpy\n", "a.ipynb": "{}", "d.csv": "1" });
    expect(
      await key({
        "requirements.txt": "numpy\n",
        "a.ipynb": "{ }",
        "d.csv": "2",
        "README.md": "x",
      }),
    ).toBe(before);
    expect(await key({ "requirements.txt": "numpy\n" })).toBe(before);
    expect(await key({ "requirements.txt": "numpy\nscipy\n" })).not.toBe(before);
  });

  test("covers code where the author's code runs during the build", async () => {
    const files = { postBuild: "#!/bin/sh\npython make.py\n", "make.py": "1", "paper.ipynb": "{}" };
    const before = await key(files);
    expect(await key({ ...files, "paper.ipynb": "{ }" })).toBe(before);
    expect(await key({ ...files, "make.py": "2" })).not.toBe(before);
    const named = { ...files, postBuild: "#!/bin/sh\npython make.py data.csv\n", "data.csv": "1" };
    expect(await key({ ...named, "data.csv": "2" })).not.toBe(await key(named));
  });

  test("differs by suite", async () => {
    const with313 = await key({ "runtime.txt": "python-3.13\n" });
    expect(await key({ "runtime.txt": "python-3.9\n" })).not.toBe(with313);
  });

  test("is the same for the same files in another place", async () => {
    const dir = await folder({ "requirements.txt": "numpy\n" });
    const copy = await folder({});
    await cp(dir, copy, { recursive: true });
    expect((await readEnvironment(copy)).key).toBe((await readEnvironment(dir)).key);
  });
});

describe("what is refused", () => {
  test.each([
    [{ "Project.toml": "" }, "Julia"],
    [{ "default.nix": "" }, "Nix"],
    [{ DESCRIPTION: "" }, "R"],
    [{ "runtime.txt": "r-4.3-2024-01-01" }, "R"],
    [{ Pipfile: "" }, "Pipenv"],
    [{ "Pipfile.lock": "", "requirements.txt": "" }, "Pipenv"],
    [{ "binder/Project.toml": "" }, "Julia"],
    [{ "environment.yml": "dependencies: [r-base]" }, "R"],
  ])("%o is not supported yet", async (files, what) => {
    const error = await refusal(files);
    expect(error.code).toBe("unsupported_environment");
    expect(error.message).toMatch(new RegExp(`\\b${what}\\b`));
  });

  test("two binder directories", async () => {
    expect((await refusal({ "binder/apt.txt": "", ".binder/apt.txt": "" })).code).toBe(
      "ambiguous_environment",
    );
  });

  test("the root's DESCRIPTION does not count beside a binder directory", async () => {
    const spec = await readEnvironment(
      await folder({ DESCRIPTION: "", "binder/requirements.txt": "numpy" }),
    );
    expect(spec.kind).toBe("requirements");
  });

  test.each<[Record<string, string>, string, number]>([
    [{ "requirements.txt": "numpy\n\n==1.2\n" }, "requirements.txt", 3],
    [{ "requirements.txt": "numpy\n-r more.txt" }, "requirements.txt", 2],
    [{ "requirements.txt": "-r more.txt", "more.txt": "\n-e ../../etc" }, "more.txt", 2],
    [{ "requirements.txt": "numpy\n/etc/passwd" }, "requirements.txt", 2],
    [{ "requirements.txt": "--global-option=x" }, "requirements.txt", 1],
    [{ "apt.txt": "curl\n-o APT::x=y\n" }, "apt.txt", 2],
    [{ "apt.txt": "curl; rm -rf /" }, "apt.txt", 1],
    [{ "runtime.txt": "python-4" }, "runtime.txt", 1],
    [{ "environment.yml": "dependencies:\n  - numpy\n  - [x" }, "environment.yml", 3],
    [{ "environment.yml": "dependencies:\n  - numpy\n  - 'a b c; d'" }, "environment.yml", 3],
    [
      { "environment.yml": "dependencies:\n  - pip:\n      - numpy\n      - ==3\n" },
      "environment.yml",
      4,
    ],
    [{ "pyproject.toml": "[project]\nname = \n" }, "pyproject.toml", 2],
    [{ Dockerfile: "FROM debian\nRUN --security=insecure id" }, "Dockerfile", 2],
    [{ Dockerfile: "FROM debian\nADD http://192.0.2.1/x /x" }, "Dockerfile", 2],
    [
      { Dockerfile: "FROM debian\nRUN --mount=type=cache,id=colophon-uv,target=/x id" },
      "Dockerfile",
      2,
    ],
    [{ Dockerfile: "RUN id" }, "Dockerfile", 1],
  ])("%o is wrong in %s, line %i", async (files, file, line) => {
    const error = await refusal(files);
    expect({ file: error.file, line: error.line }).toEqual({ file, line });
    expect(error.hint).not.toBe("");
  });

  test("a file that is too large, or no text", async () => {
    expect((await refusal({ "requirements.txt": "#".repeat(300_000) })).message).toContain("bytes");
    const dir = await folder({});
    await writeFile(join(dir, "apt.txt"), Buffer.from([0xff, 0xfe, 0x00]));
    await expect(readEnvironment(dir)).rejects.toMatchObject({ code: "invalid_environment_file" });
  });
});
