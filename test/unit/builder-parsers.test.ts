import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAptTxt } from "#builder/apt-txt.ts";
import { translateCondaName } from "#builder/conda-names.ts";
import { copiedFolders, parseDockerfile } from "#builder/dockerfile.ts";
import { parseEnvironmentYml, pep440 } from "#builder/environment-yml.ts";
import { BuilderError } from "#builder/index.ts";
import { parsePyproject } from "#builder/pyproject.ts";
import { quote } from "#builder/recipe.ts";
import { parseRequirements } from "#builder/requirements.ts";
import { parseRuntimeTxt } from "#builder/runtime-txt.ts";
import { interpreterWithin } from "#builder/suites.ts";

/** Text that looks enough like each format to get past the first character. */
const text = fc.oneof(
  fc.string({ maxLength: 400, unit: "binary" }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ..."numpy==1.2 -e . -r -c x.txt ../.. \\ # [extra] ; @ git+https://a/b file:///x python-3.11 dependencies: - pip: [ ] { } & * ! | > = \" ' FROM RUN COPY --mount=type=cache << name: [project] \t \r\n $ 1.* , ~= ^ <".split(
            " ",
          ),
        ),
        fc.constant("\n"),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(" ").replaceAll(" \n ", "\n")),
);

describe("whatever a file holds, it is read or refused with its name and line", () => {
  const parsers: Record<string, (input: string) => unknown> = {
    "requirements.txt": (input) =>
      parseRequirements("requirements.txt", async (path) =>
        path === "requirements.txt" ? input : undefined,
      ),
    "environment.yml": (input) => parseEnvironmentYml(input, "environment.yml"),
    "pyproject.toml": (input) => parsePyproject(input, "pyproject.toml"),
    "runtime.txt": (input) => parseRuntimeTxt(input, "runtime.txt"),
    "apt.txt": (input) => parseAptTxt(input, "apt.txt"),
    Dockerfile: (input) => copiedFolders(parseDockerfile(input, "Dockerfile")),
  };
  for (const [file, parse] of Object.entries(parsers)) {
    test(file, async () => {
      await fc.assert(
        fc.asyncProperty(text, async (input) => {
          try {
            await parse(input);
          } catch (error) {
            if (!(error instanceof BuilderError)) throw error;
            expect(error.message).not.toBe("");
            expect(error.hint).not.toBe("");
            if (error.code === "invalid_environment_file") {
              expect(error.file).toBe(file);
              expect(error.line).toBeGreaterThan(0);
              expect(error.line).toBeLessThanOrEqual(input.split(/\r\n|\n|\r/).length);
            }
          }
        }),
        { numRuns: 400 },
      );
    });
  }

  test("constraints on Python, Conda's versions", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (input) => {
        const version = pep440(input);
        if (version !== undefined) expect(version).toMatch(/^[\w.!*+=<>~,-]*$/);
        try {
          interpreterWithin(input, "x");
        } catch (error) {
          expect(error).toBeInstanceOf(BuilderError);
        }
      }),
    );
  });

  test("a name that is accepted is harmless to a shell", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (input) => {
        try {
          for (const name of parseAptTxt(input, "apt.txt")) expect(name).toMatch(/^[\w+.:=~-]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(BuilderError);
        }
        const word = quote(input);
        if (!word.startsWith("'")) expect(word).toMatch(/^[\w./@%+=:,-]+$/);
      }),
    );
  });

  test("an anchor bomb ends quickly", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(",")}]`).join("\n")}\ndependencies: *h\n`;
    expect(() => parseEnvironmentYml(bomb, "environment.yml")).toThrow(BuilderError);
  });
});

describe("requirements", () => {
  const parse = (files: Record<string, string>) =>
    parseRequirements("requirements.txt", async (path) => files[path]);

  test("names, includes, constraints, options, locals", async () => {
    const found = await parse({
      "requirements.txt":
        "# head\nNumPy>=1.2 # tail\nScikit_Learn[extra] == 1.0 ; python_version < '4'\n-r sub/more.txt\n-c c.txt\n--extra-index-url https://example.org\npkg @ https://example.org/pkg.zip\n-e git+https://example.org/a.git#egg=from_git\n./local_pkg\nlong==1 \\\n  --hash=sha256:abc\n",
      "sub/more.txt": "pandas\n-r ../last.txt",
      "last.txt": "six",
      "c.txt": "scipy<2",
    });
    expect([...found.names].sort()).toEqual([
      "from-git",
      "long",
      "numpy",
      "pandas",
      "pkg",
      "scikit-learn",
      "six",
    ]);
    expect(found.files).toEqual(["requirements.txt", "sub/more.txt", "c.txt", "last.txt"]);
    expect(found.locals).toEqual(["local_pkg"]);
    expect(found.usesVersionControl).toBe(true);
    expect(found.warnings).toHaveLength(1);
  });

  test("files that include one another end", async () => {
    const found = await parse({
      "requirements.txt": "-r a.txt",
      "a.txt": "-r requirements.txt\nsix",
    });
    expect([...found.names]).toEqual(["six"]);
  });

  test.each([
    "-r ../outside.txt",
    "-e /etc",
    "file:///etc/passwd",
    "../up",
    "-r https://example.org/x",
    "ftp://x/y",
    "a b",
    "git+file:///etc",
  ])("%s is refused", async (line) => {
    await expect(parse({ "requirements.txt": line })).rejects.toMatchObject({ line: 1 });
  });
});

describe("Conda", () => {
  test.each([
    ["=1.21", "==1.21.*"],
    ["1.21", "==1.21"],
    ["==1.21.2", "==1.21.2"],
    ["=1.21.2=py39h1", "==1.21.2"],
    ["1.21.*", "==1.21.*"],
    [">=1.2,<2", ">=1.2,<2"],
    [" >=1.2", ">=1.2"],
    ["1.7|1.8", "==1.8"],
    ["", ""],
    ["*", ""],
    ["; rm", undefined],
  ])("the version %j is %j", (conda, expected) => {
    expect(pep440(conda)).toBe(expected);
  });

  test("names", () => {
    expect(translateCondaName("pytorch")).toEqual({ pypi: "torch" });
    expect(translateCondaName("graphviz")).toEqual({ debian: ["graphviz"] });
    expect(translateCondaName("r-ggplot2")).toBe("r");
    expect(translateCondaName("requests")).toEqual({ pypi: "requests" });
    // A name that every object has must not be taken for an entry of the table.
    expect(translateCondaName("constructor")).toEqual({ pypi: "constructor" });
  });
});

describe("the interpreter within a constraint", () => {
  test.each([
    [">=3.8", "3.11"],
    [">=3.12", "3.13"],
    ["^3.8", "3.11"],
    ["<3.11", "3.9"],
    ["==3.9.*", "3.9"],
    ["~=3.13.0", "3.13"],
    [">=3.9,!=3.11,<3.13", "3.9"],
    ["==3.12", "3.11"],
    [">=3.9,<3.11", "3.9"],
    ["nonsense", "3.11"],
  ])("%s gives %s", (constraint, python) => {
    expect(interpreterWithin(constraint, "pyproject.toml").python).toBe(python);
  });

  test("only an exact request that cannot be met is a deviation; an impossible one is refused", () => {
    expect(interpreterWithin("==3.12.*", "x").deviation).toContain("3.12");
    expect(interpreterWithin(">=3.8", "x").deviation).toBeUndefined();
    expect(() => interpreterWithin("<3", "x")).toThrow(BuilderError);
    expect(() => interpreterWithin("==2.7", "x")).toThrow(BuilderError);
  });
});
