import { readBlob } from "./blobs.ts";
import type { FileView, Finding } from "./types.ts";

const maxAttributesBytes = 64 * 1024;
/** A pointer of Git LFS is three short lines. */
const maxPointerBytes = 400;
const maxPointers = 50;

/** What a repository has elsewhere, and so is not part of the paper: content in Git LFS, submodules. */
export async function gitLeftovers(files: FileView[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (files.some(({ path }) => path === ".gitmodules")) {
    findings.push({
      severity: "warning",
      code: "submodules_left_out",
      message: "The repository has submodules: their files are not included.",
      path: ".gitmodules",
    });
  }
  const attributes = files.find(({ path }) => path === ".gitattributes");
  if (!attributes || attributes.size > maxAttributesBytes) return findings;
  const rules = (await readBlob(attributes.sha256, maxAttributesBytes)).toString("utf8");
  if (!rules.includes("filter=lfs")) return findings;
  const small = files.filter(({ size }) => size > 100 && size <= maxPointerBytes);
  for (const { path, sha256 } of small.slice(0, 2_000)) {
    const text = (await readBlob(sha256, maxPointerBytes)).toString("latin1");
    if (!text.startsWith("version https://git-lfs.github.com/spec/v1")) continue;
    findings.push({
      severity: "warning",
      code: "lfs_pointer",
      message: "Only a pointer: the content is in Git LFS and is not included.",
      path,
    });
    if (findings.length > maxPointers) break;
  }
  return findings;
}
