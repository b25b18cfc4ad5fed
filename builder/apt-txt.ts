import { BuilderError } from "./error.ts";

const NAME = /^[a-z0-9][a-z0-9+.-]{1,100}(?::[a-z0-9-]{1,20})?(?:=[A-Za-z0-9.+:~-]{1,100})?$/;
const MAX_PACKAGES = 500;

/** The Debian packages of an apt.txt: one or more a line, `#` comments, an optional `=version`. */
export function parseAptTxt(text: string, file: string): string[] {
  const packages: string[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    for (const name of line.replace(/#.*$/, "").split(/\s+/)) {
      if (name === "") continue;
      if (!NAME.test(name)) {
        throw new BuilderError(
          "invalid_environment_file",
          `${file}, line ${index + 1}: "${name.slice(0, 80)}" is not the name of a Debian package.`,
          "Write one package name a line, without options.",
          { file, line: index + 1 },
        );
      }
      if (!packages.includes(name)) packages.push(name);
      if (packages.length > MAX_PACKAGES) {
        throw new BuilderError(
          "invalid_environment_file",
          `${file} lists more than ${MAX_PACKAGES} packages.`,
          "List only what the notebooks need; dependencies come by themselves.",
          { file, line: index + 1 },
        );
      }
    }
  }
  return packages;
}
