import { existsSync } from "node:fs";
import path from "node:path";
import { command } from "./command.ts";

const places = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** Whether a program is installed where the system keeps programs. */
export function hasProgram(name: string): boolean {
  return places.some((place) => existsSync(path.join(place, name)));
}

/** Installs Debian packages as root, without questions. Throws a sentence that says what to install by hand. */
export async function installPackages(
  packages: string[],
  note: (text: string) => void,
): Promise<void> {
  if (process.getuid?.() !== 0 || !hasProgram("apt-get")) {
    throw new Error(`Please install ${packages.join(", ")} with your system's package manager.`);
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  note("reading the package lists");
  await command("apt-get", ["update", "-qq"], { env, note });
  note(`installing ${packages[0]}`);
  await command("apt-get", ["install", "-y", "--no-install-recommends", ...packages], {
    env,
    note,
  });
}

/** Sees to it that git is there: imports from repositories use it. */
export async function ensureGit(note: (text: string) => void): Promise<void> {
  if (!hasProgram("git")) await installPackages(["git", "ca-certificates"], note);
}
