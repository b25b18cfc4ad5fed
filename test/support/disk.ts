import { readdir } from "node:fs/promises";
import path from "node:path";

/** Every file and folder below a folder, as relative paths in order; [] when it is not there. */
export async function everythingIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  return entries
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}
