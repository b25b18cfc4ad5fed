import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "#lib/config.ts";
import { withConfiguration } from "../../bin/readme.ts";

test("the README's configuration table is the one that the code reads (else: npm run readme)", async () => {
  const readme = await readFile(path.join(repositoryRoot, "README.md"), "utf8");
  expect(withConfiguration(readme)).toBe(readme);
});
