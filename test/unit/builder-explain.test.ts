import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainFailure, wantsCompilers } from "#builder/explain.ts";

// Lines as the tools wrote them in real builds.
describe("the likely cause comes first", () => {
  test.each([
    [
      "cause: Because sklern was not found in the package registry and you require sklern, we can conclude",
      "no package sklern",
      "scikit-learn",
    ],
    [
      "cause: Because there is no version of numpy==99.0 and you require numpy==99.0, we can conclude",
      "no version 99.0 of numpy",
      "version",
    ],
    [
      "cause: Because jupyter-client==7.4.9 depends on tornado>=6.2 and you require\nerror: No solution found when resolving dependencies",
      "contradict",
      "pins",
    ],
    [
      "fast.c:1:10: fatal error: gsl/gsl_math.h: No such file or directory",
      "gsl/gsl_math.h",
      "libgsl-dev",
    ],
    [
      "error: command 'gfortran' failed: No such file or directory: 'gfortran'",
      "gfortran",
      "apt.txt",
    ],
    ["E: Unable to locate package libfoo", "Debian has no package libfoo", "apt.txt"],
    ["E: Version '1' for 'curl' was not found", "no longer has version 1 of curl", "version"],
    ["postBuild ended with exit code 3.\nexecutor failed", "exit code 3", "lines"],
    [
      "./postBuild: line 2: foo: command not found\npostBuild ended with exit code 127.",
      "program that is not there",
      "apt.txt",
    ],
    ["Temporary failure resolving 'example.org'", "network", "later"],
    [
      "SSL: CERTIFICATE_VERIFY_FAILED certificate verify failed: unable to get local issuer",
      "certificate",
      "CA bundle",
    ],
    ["write /x: no space left on device", "disk", "operator"],
    ["did not complete successfully: exit code: 137", "memory", "wheels"],
    [
      "colophon: the image's own Python is older than 3.9, so Jupyter's server cannot be added.",
      "older than 3.9",
      "Debian",
    ],
    ['failed to compute cache key: "/data.csv" not found: not found', "/data.csv", "Name the file"],
    [
      "Because numpy==1.19.0 has no usable wheels and you require numpy==1.19.0",
      "numpy 1.19.0 has no wheel",
      "runtime.txt",
    ],
  ])("%s", (log, cause, hint) => {
    const explained = explainFailure(`many\nlines\nbefore\n${log}\nand after\n`);
    expect(explained.cause).toContain(cause);
    expect(explained.hint).toContain(hint);
    expect(explained.lines.join("\n")).toContain(log.split("\n")[0]);
  });

  test("an unknown failure shows the last lines", () => {
    const explained = explainFailure("a\nb\nsomething odd\n");
    expect(explained.lines.at(-1)).toBe("something odd");
    expect(explained.cause).toBe("The build failed.");
  });

  test("any log is explained, quickly", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), (log) => {
        expect(explainFailure(log).cause).not.toBe("");
      }),
    );
    const started = performance.now();
    for (const unit of [
      "Because a",
      "requires-python ",
      "failed to compute cache key",
      "no wheels ",
      "fatal error: x",
      "a: ",
    ]) {
      explainFailure(unit.repeat(20_000));
      wantsCompilers(unit.repeat(20_000));
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("compilers are wanted only where a wheel is missing", () => {
    expect(
      wantsCompilers("Because docopt==0.6.2 has no usable wheels and you require docopt==0.6.2"),
    ).toBe(true);
    expect(wantsCompilers("Because sklern was not found in the package registry")).toBe(false);
  });
});
