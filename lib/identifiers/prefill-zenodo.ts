import type { Finding } from "#lib/archive/index.ts";
import { isObject } from "#lib/notebooks/index.ts";
import { knownField } from "./field.ts";
import type { Said } from "./prefill.ts";
import { author, date, description, doi, keywords, license, line, list } from "./prefill-clean.ts";
import { readJsonObject } from "./prefill-json.ts";

/** Reads a .zenodo.json: the deposit metadata of https://developers.zenodo.org/#representation. */
export function fromZenodo(text: string, path: string): Said {
  const read = readJsonObject(text, path);
  if ("finding" in read) return { metadata: {}, findings: [read.finding] };
  const { object } = read;
  const findings: Finding[] = [];
  const authors = list(object.creators).flatMap((creator, at) => {
    const said = isObject(creator) ? creator : { name: creator };
    const { name, orcid, affiliation } = said;
    return author({ name, orcid, affiliation }, path, findings, `creators[${at}].orcid`) ?? [];
  });
  const licenseOf = isObject(object.license) ? object.license.id : object.license;
  const paper = list(object.related_identifiers)
    .filter(isObject)
    .find(({ relation }) => String(relation).toLowerCase() === "issupplementto");
  const subjects = list(object.subjects).map((each) => (isObject(each) ? each.term : each));
  return {
    metadata: {
      title: line(object.title, 500),
      authors: authors.slice(0, 500),
      description: description(object.description),
      keywords: keywords(object.keywords),
      license: license(licenseOf, path, findings, "license"),
      paperDoi: doi(paper?.identifier),
      date: date(object.publication_date),
      field: subjects.map((each) => knownField(line(each, 100) ?? "")).find(Boolean),
    },
    findings,
  };
}
