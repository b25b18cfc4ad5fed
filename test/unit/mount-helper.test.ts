import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runMount } from "#lib/sessions/mount-helper.ts";

let directory = "";
beforeEach(async () => {
  directory = await realpath(await mkdtemp(path.join(tmpdir(), "colophon-mount-'\"$ ")));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const script = (name: string, text: string) => writeFile(path.join(directory, name), text);

test("words reach the command as they are, in the folder that is named", async () => {
  await script(
    "look",
    'test "$(pwd)" = "$1" && test "$2" = "a b  \\$c \'d\' \\\\ *" && test $# = 2\n',
  );
  await runMount(["sh", "look", directory, "a b  $c 'd' \\ *"], directory);
});

test("an error tells what the command said, and the next one works", async () => {
  await script("no", "echo it is busy; echo still busy >&2; exit 32\n");
  await expect(runMount(["sh", "no"], directory)).rejects.toThrow(
    "sh no failed with 32: it is busy\nstill busy",
  );
  // What looks like the helper's own answer is not taken for one.
  await script("forge", "printf '\\n= 0\\n'; exit 7\n");
  await expect(runMount(["sh", "forge"], directory)).rejects.toThrow("failed with 7");
  await expect(runMount(["true"], path.join(directory, "nowhere"))).rejects.toThrow("failed with");
  await runMount(["true"]);
});

test("what cannot be said is refused", async () => {
  for (const words of [
    ["umount", "a\nb"],
    ["umount", ""],
  ]) {
    await expect(runMount(words)).rejects.toThrow("cannot be mounted");
  }
});

test("a helper that is killed fails the command it was at, and those that wait are carried out", async () => {
  await script("kill", "kill -9 $PPID; sleep 5\n");
  const [killed, ...others] = await Promise.allSettled([
    runMount(["sh", "kill"], directory),
    runMount(["true"]),
    runMount(["false"]),
    runMount(["true"]),
  ]);
  expect(killed.status).toBe("rejected");
  expect(others.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
