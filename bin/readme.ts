import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { documentedOptions, repositoryRoot } from "#lib/config.ts";

/** The README's configuration table, from the options that the code reads. */
export function configurationTable(): string {
  const rows = documentedOptions().map(({ name, default: value, about }) => {
    const cell = value ? `\`${value}\`` : "–";
    return `| \`${name}\` | ${cell} | ${about.replaceAll("|", "\\|")} |`;
  });
  return ["| variable | default | what it does |", "|---|---|---|", ...rows].join("\n");
}

/** A README with its configuration table made anew. Throws when the markers are gone. */
export function withConfiguration(readme: string): string {
  const pattern = /(<!-- configuration -->\n)[\s\S]*?(\n<!-- \/configuration -->)/;
  if (!pattern.test(readme)) throw new Error("README.md has no configuration markers.");
  return readme.replace(
    pattern,
    (_, open: string, close: string) => `${open}${configurationTable()}${close}`,
  );
}

if (import.meta.main) {
  const file = path.join(repositoryRoot, "README.md");
  await writeFile(file, withConfiguration(await readFile(file, "utf8")));
}
