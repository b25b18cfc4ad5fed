import type { Finding } from "#lib/archive/index.ts";
import { isObject } from "#lib/notebooks/index.ts";
import { knownField } from "./field.ts";
import type { Said } from "./prefill.ts";
import { author, date, description, doi, keywords, license, line, list } from "./prefill-clean.ts";
import { readJsonObject } from "./prefill-json.ts";

/** Reads a codemeta.json, versions 2 and 3: https://codemeta.github.io/terms/. */
export function fromCodemeta(text: string, path: string): Said {
  const read = readJsonObject(text, path);
  if ("finding" in read) return { metadata: {}, findings: [read.finding] };
  const { object } = read;
  const findings: Finding[] = [];
  const people = list(object.author ?? object.creator);
  const authors = people.flatMap((person, at) => {
    const said = isObject(person) ? person : { name: person };
    const id = String(said["@id"] ?? said.id ?? "");
    return (
      author(
        {
          name: said.name,
          given: said.givenName,
          family: said.familyName,
          affiliation: said.affiliation,
          // The id may be any address; only orcid.org's is one of a person.
          orcid: /orcid\.org\//i.test(id) ? id : undefined,
        },
        path,
        findings,
        `author[${at}].@id`,
      ) ?? []
    );
  });
  const licenses = list(object.license).map(address);
  const paper = list(object.referencePublication).map(address).map(doi).find(Boolean);
  return {
    metadata: {
      title: line(object.name, 500),
      authors: authors.slice(0, 500),
      description: description(object.description),
      keywords: keywords(object.keywords),
      license: license(licenses[0], path, findings, "license"),
      paperDoi: paper,
      date: date(object.datePublished ?? object.dateModified ?? object.dateCreated),
      field: knownField(line(list(object.applicationCategory)[0], 100) ?? "") ?? undefined,
    },
    findings,
  };
}

/** What a linked thing is known by, whether it is written as text or as an object. */
function address(value: unknown): unknown {
  if (!isObject(value)) return value;
  return value["@id"] ?? value.id ?? value.identifier ?? value.url ?? value.name;
}
