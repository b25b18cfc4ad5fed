import { ColophonError } from "#lib/errors.ts";
import type { IntakeFile } from "./intake.ts";
import { canonicalPath, printable } from "./paths.ts";
import { linkEscape } from "./refusals.ts";
import type { Finding } from "./types.ts";

/** Links to links to links …: as many as Linux follows. */
const maxHops = 40;

/** A file that stands where a link was, or below it. */
export interface Copy {
  path: string;
  file: IntakeFile;
}

/**
 * Where a link at `path` leads, lexically, inside the bundle; "" is the bundle itself.
 * Throws `archive_link_escape` (422) for absolute targets and for those above the root.
 */
export function linkTarget(path: string, target: string): string {
  if (target === "" || /^(?:[/\\]|[a-z]:)/i.test(target)) throw linkEscape(path, target);
  const place = path.split("/").slice(0, -1);
  for (const segment of target.split(/[/\\]/)) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") place.push(segment);
    else if (place.pop() === undefined) throw linkEscape(path, target);
  }
  return canonicalPath(place.join("/"));
}

/**
 * Symbolic links become copies of what they mean: archives outlive the tools that understand links, and content is
 * stored once anyway. A link to a folder becomes that folder's files. Each target is followed through other links,
 * also in the middle of its path. Throws `archive_link_escape` for links that lead out and `archive_link_cycle` for
 * those that lead to themselves or into what contains them (422); one that leads nowhere is left out with a warning.
 */
export function* fileLinks(
  files: ReadonlyMap<string, IntakeFile>,
  links: ReadonlyMap<string, string>,
  notes: Finding[],
): Generator<Copy> {
  if (links.size === 0) return;
  const resolve = resolver(links);
  const filePaths = [...files.keys()].sort();
  const linkPaths = [...links.keys()].sort();
  for (const path of links.keys()) {
    const target = resolve(path);
    const file = files.get(target);
    if (file) {
      yield { path, file };
      continue;
    }
    if (target === "" || path.startsWith(`${target}/`)) throw cycle(path);
    if (under(linkPaths, target).next().value !== undefined) {
      throw new ColophonError(
        "archive_link_nested",
        422,
        `“${printable(path)}” links to a folder that has links in it.`,
        { hint: "Replace one of the links by the files that it means." },
      );
    }
    let found = false;
    for (const inside of under(filePaths, target)) {
      const each = files.get(inside);
      if (!each) continue;
      found = true;
      yield { path: canonicalPath(`${path}${inside.slice(target.length)}`), file: each };
    }
    if (found) continue;
    notes.push({
      severity: "warning",
      code: "link_dangling",
      message: `This link leads nowhere (“${printable(links.get(path) ?? "")}”) and was left out.`,
      path,
    });
  }
}

function cycle(path: string): ColophonError {
  return new ColophonError("archive_link_cycle", 422, `“${printable(path)}” links to itself.`, {
    hint: "Replace the link by the file that it means.",
  });
}

function resolver(links: ReadonlyMap<string, string>): (path: string) => string {
  return (start) => {
    let place = start;
    for (let hop = 0; hop <= maxHops; hop += 1) {
      const link = prefixes(place).find((prefix) => links.has(prefix));
      if (link === undefined) return place;
      const target = linkTarget(link, links.get(link) ?? "");
      place = target + place.slice(link.length);
      if (target === "") place = place.slice(1);
    }
    throw cycle(start);
  };
}

function prefixes(path: string): string[] {
  const segments = path.split("/");
  return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}

/** The paths below a folder, out of all in order: found by bisection, so that many links cost little. */
function* under(ordered: string[], folder: string): Generator<string> {
  const prefix = `${folder}/`;
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? "") < prefix) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < ordered.length; at += 1) {
    const path = ordered[at] ?? "";
    if (!path.startsWith(prefix)) return;
    yield path;
  }
}
