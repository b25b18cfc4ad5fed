import type { Document, LineCounter } from "yaml";
import type { Finding } from "#lib/archive/index.ts";
import { isObject, type JsonObject } from "#lib/notebooks/index.ts";
import type { Said } from "./prefill.ts";
import { author, date, description, doi, keywords, license, line, list } from "./prefill-clean.ts";
import { readYaml } from "./prefill-yaml.ts";

/** Prefixes of archives of data and code: a DOI of theirs is the work's own elsewhere, not that of a paper. */
const archivePrefixes = ["10.5281/", "10.6084/", "10.17605/", "10.24433/", "10.5061/", "10.7910/"];
const maxLength = 256 * 1024;

/** Reads a CITATION.cff, versions 1.0 to 1.2: https://citation-file-format.github.io/. */
export function fromCitationCff(text: string, path: string): Said {
  const findings: Finding[] = [];
  const broken = (message: string, place: string): Said => ({
    metadata: {},
    findings: [{ severity: "warning", code: "metadata_invalid", message, path, place }],
  });
  if (text.length > maxLength) return broken("It is too large for a citation file.", "the file");
  const read = readYaml(text);
  if ("problem" in read) return broken(read.problem, read.place);
  const { value: cff, document, lines } = read;
  if (!isObject(cff)) return broken("It must be a YAML mapping.", "line 1");

  const place = (...keys: (string | number)[]) => placeOf(document, lines, keys);
  if (cff["cff-version"] === undefined) {
    findings.push({
      severity: "note",
      code: "metadata_incomplete",
      message: "The key cff-version is missing.",
      path,
      place: "line 1",
    });
  }
  const authors = list(cff.authors).flatMap((person, at) => {
    if (!isObject(person)) return [];
    const said = {
      name: person.name ?? person.alias,
      given: person["given-names"],
      family: [person["name-particle"], person["family-names"], person["name-suffix"]]
        .filter((part) => typeof part === "string" && part !== "")
        .join(" "),
      orcid: person.orcid,
      affiliation: person.affiliation,
    };
    return author(said, path, findings, place("authors", at, "orcid")) ?? [];
  });
  return {
    metadata: {
      title: line(cff.title, 500),
      authors: authors.slice(0, 500),
      description: description(cff.abstract),
      keywords: keywords(cff.keywords),
      license: license(list(cff.license)[0], path, findings, place("license")),
      paperDoi: paperDoi(cff),
      date: date(cff["date-released"]),
    },
    findings,
  };
}

/** The paper that the author wants cited; else the file's own DOI where that can be a paper's. */
function paperDoi(cff: JsonObject): string | undefined {
  const preferred = cff["preferred-citation"];
  if (isObject(preferred)) {
    const stated = doi(preferred.doi) ?? doi(preferred.url) ?? identifierDoi(preferred);
    if (stated) return stated;
  }
  const own = doi(cff.doi) ?? identifierDoi(cff);
  return own && !archivePrefixes.some((prefix) => own.startsWith(prefix)) ? own : undefined;
}

function identifierDoi(holder: JsonObject): string | undefined {
  const found = list(holder.identifiers)
    .filter(isObject)
    .find(({ type }) => type === "doi");
  return doi(found?.value);
}

function placeOf(document: Document, lines: LineCounter, keys: (string | number)[]): string {
  const node = document.getIn(keys, true);
  const range = isObject(node) && Array.isArray(node.range) ? node.range : [];
  const [start] = range;
  return typeof start === "number" ? `line ${lines.linePos(start).line}` : keys.join(".");
}
