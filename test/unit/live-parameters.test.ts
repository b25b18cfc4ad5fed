import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readableName,
  readParameters,
  stepOf,
  writeParameter,
} from "#app/components/live/parameters.ts";

const python = "python";

function valuesOf(source: string, language: string | null = python) {
  return readParameters(source, language).map(({ name, value }) => [name, value.value]);
}

describe("reading a parameters cell", () => {
  it("finds numbers, strings and switches with what is said about them", () => {
    const source = [
      "# Width of the running mean, in years.",
      "YEARS = 5",
      "",
      'station = "Mauna Loa"  # as in the file',
      "detrend: bool = True",
      "threshold = -1.5e-3",
    ].join("\n");
    expect(valuesOf(source)).toEqual([
      ["YEARS", 5],
      ["station", "Mauna Loa"],
      ["detrend", true],
      ["threshold", -1.5e-3],
    ]);
    expect(readParameters(source, python).map(({ comment }) => comment)).toEqual([
      "Width of the running mean, in years.",
      "as in the file",
      "",
      "",
    ]);
  });

  it("speaks R, Julia, Octave and JavaScript", () => {
    expect(valuesOf("n <- 10\nlog = TRUE\nname <- 'x' # y", "R")).toEqual([
      ["n", 10],
      ["log", true],
      ["name", "x"],
    ]);
    expect(valuesOf('const n = 10\nlog = false\ns = "x"', "Julia")).toEqual([
      ["n", 10],
      ["log", false],
      ["s", "x"],
    ]);
    expect(valuesOf("n = 10;\nlog = true; % yes\ns = 'x';", "Octave")).toEqual([
      ["n", 10],
      ["log", true],
      ["s", "x"],
    ]);
    expect(valuesOf("const n = 10;\nlet s = 'x'; // why", "JavaScript")).toEqual([
      ["n", 10],
      ["s", "x"],
    ]);
  });

  it.each([
    ["an expression", "a = 5 + b"],
    ["a call", "a = int(5)"],
    ["a comparison", "a == 5"],
    ["a list", "a = [1, 2]"],
    ["an indented line", "    a = 5"],
    ["an attribute's suffix", "a = 5.real"],
    ["a hexadecimal number", "a = 0x10"],
    ["a number with underscores", "a = 1_000"],
    ["an escape", String.raw`a = "x\n"`],
    ["a string that goes on", 'a = "x" "y"'],
    ["a formatted string", 'a = f"x"'],
    ["a string without an end", 'a = "x'],
    ["two at once", "a = b = 5"],
    ["a name that is assigned twice", "a = 5\na = 6"],
    ["text inside a docstring", '"""\na = 5\n"""'],
    ["a tuple", "a = 5, 6"],
  ])("leaves %s alone", (_, source) => {
    expect(readParameters(source, python)).toEqual([]);
  });

  it("knows nothing of other languages", () => {
    expect(readParameters("a = 5", "Haskell")).toEqual([]);
    expect(readParameters("a = 5", null)).toEqual([]);
  });
});

describe("writing a parameter", () => {
  const only = (source: string, language = python) => {
    const [parameter] = readParameters(source, language);
    if (!parameter) throw new Error("no parameter");
    return parameter;
  };

  it("changes the value and nothing else", () => {
    const source = "# why\nYEARS  =  5   # years\nother()";
    expect(writeParameter(source, only(source), 21)).toBe("# why\nYEARS  =  21   # years\nother()");
  });

  it("keeps what was a number with a point one", () => {
    expect(writeParameter("a = 11.0", only("a = 11.0"), 12)).toBe("a = 12.0");
    expect(writeParameter("a = 11", only("a = 11"), 12)).toBe("a = 12");
  });

  it("writes switches as the language has them", () => {
    expect(writeParameter("a <- TRUE", only("a <- TRUE", "r"), false)).toBe("a <- FALSE");
    expect(writeParameter("a = False", only("a = False"), true)).toBe("a = True");
  });

  it("refuses what would need quoting, and values of another kind", () => {
    expect(writeParameter('a = "x"', only('a = "x"'), 'y"; import os')).toBeNull();
    expect(writeParameter('a = "x"', only('a = "x"'), "y\\")).toBeNull();
    expect(writeParameter('a = "x"', only('a = "x"'), "y\nz")).toBeNull();
    expect(writeParameter("a = 5", only("a = 5"), Number.NaN)).toBeNull();
    expect(writeParameter("a = 5", only("a = 5"), "6")).toBeNull();
  });

  it("is read again as it was written, whatever stands around it", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.stringMatching(/^[^"\\$\r\n]{0,30}$/),
      fc.boolean(),
    );
    const around = fc.array(
      fc.oneof(fc.constant("# x = 3"), fc.constant("f(1)"), fc.constant("")),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(value, around, around, (wanted, before, after) => {
        const first =
          typeof wanted === "number" ? "1.5" : typeof wanted === "string" ? '"a"' : "True";
        const source = [...before, `name = ${first}  # said`, ...after].join("\n");
        const parameter = only(source);
        const written = writeParameter(source, parameter, wanted);
        expect(written).not.toBeNull();
        const [again, ...more] = readParameters(written ?? "", python);
        expect(more).toEqual([]);
        expect(again?.value.value).toBe(Object.is(wanted, -0) ? 0 : wanted);
        expect(written?.slice(0, parameter.from)).toBe(source.slice(0, parameter.from));
        expect(written?.slice(again?.to)).toBe(source.slice(parameter.to));
      }),
    );
  });

  it("never throws on any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (source) => {
        for (const parameter of readParameters(source, python)) {
          expect(source.slice(parameter.from, parameter.to).length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe("fields", () => {
  it("step by the last digit that the author wrote", () => {
    expect(stepOf({ text: "5" })).toBe(1);
    expect(stepOf({ text: "11.0" })).toBe(1);
    expect(stepOf({ text: "0.05" })).toBe(0.01);
    expect(stepOf({ text: "1.5e-3" })).toBe(0.0001);
  });

  it("are named as people write", () => {
    expect(readableName("SMOOTHING_YEARS")).toBe("Smoothing years");
    expect(readableName("seedBlur")).toBe("Seed blur");
    expect(readableName("n")).toBe("N");
  });
});
