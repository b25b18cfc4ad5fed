import { readFile } from "node:fs/promises";
import path from "node:path";
import { runMount } from "./mount-helper.ts";

/**
 * Mounts an overlay on `merged`. The four folders are given relative to `base`: the kernel resolves them
 * there, so that no character of the data folder's own path can be taken for an option.
 */
export async function mountOverlay(
  base: string,
  { lower, upper, work, merged }: { lower: string; upper: string; work: string; merged: string },
): Promise<void> {
  // Renames and metadata changes copy up in full: an upper layer can then be read by itself.
  const options = [
    `lowerdir=${lower}`,
    `upperdir=${upper}`,
    `workdir=${work}`,
    "redirect_dir=off",
    "metacopy=off",
    "index=off",
    "nosuid",
    "nodev",
  ];
  await runMount(
    ["mount", "-t", "overlay", "-o", options.join(","), "overlay", path.join(base, merged)],
    base,
  );
}

/** Mounts folders, uppermost first, as one read-only view; paths relative to `base` as above. */
export async function mountView(base: string, layers: string[], view: string): Promise<void> {
  const options = `lowerdir=${layers.join(":")},redirect_dir=off,metacopy=off,index=off,ro,nosuid,nodev`;
  await runMount(["mount", "-t", "overlay", "-o", options, "overlay", path.join(base, view)], base);
}

/** Unmounts whatever is mounted on `target`, however often; lazily where it is still in use. */
export async function unmount(target: string): Promise<void> {
  for (let left = 8; left > 0 && (await isMounted(target)); left -= 1) {
    try {
      await runMount(["umount", target]);
    } catch {
      // Busy: the last one who uses it lets go of it.
      await runMount(["umount", "-l", target]);
    }
  }
}

/** Every mount point below `directory`, deepest first. Source of the format: proc_pid_mountinfo(5). */
export async function mountsBelow(directory: string): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const table = await readFile("/proc/self/mountinfo", "utf8");
  const points = table.split("\n").flatMap((line) => {
    const field = line.split(" ")[4];
    if (field === undefined) return [];
    return [field.replace(/\\([0-7]{3})/g, (_, digits: string) => octal(digits))];
  });
  return points.filter((point) => point.startsWith(`${directory}${path.sep}`)).reverse();
}

function octal(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 8));
}

/** Whether something is mounted exactly there. */
export async function isMounted(target: string): Promise<boolean> {
  return (await mountsBelow(path.dirname(target))).includes(target);
}
