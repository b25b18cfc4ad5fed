import { type DataCiteCreator, toDataCiteJson } from "./datacite.ts";
import type { CitationRecord } from "./record.ts";

/** The record as a DataCite XML document, schema kernel-4 (4.7): https://datacite-metadata-schema.readthedocs.io/en/4.7/ */
export function toDataCiteXml(record: CitationRecord): string {
  const data = toDataCiteJson(record);
  const body = [
    // A draft has no DOI yet; the standard's word for "to be assigned".
    element("identifier", data.doi ?? "(:tba)", { identifierType: "DOI" }),
    group("creators", data.creators.map(creator)),
    group(
      "titles",
      data.titles.map(({ title }) => element("title", title)),
    ),
    element("publisher", data.publisher),
    element("publicationYear", String(data.publicationYear)),
    element("resourceType", data.types.resourceType, {
      resourceTypeGeneral: data.types.resourceTypeGeneral,
    }),
    group(
      "subjects",
      data.subjects.map(({ subject }) => element("subject", subject)),
    ),
    group(
      "dates",
      data.dates.map(({ date, dateType }) => element("date", date, { dateType })),
    ),
    group("alternateIdentifiers", [
      element("alternateIdentifier", data.url, { alternateIdentifierType: "URL" }),
    ]),
    group(
      "relatedIdentifiers",
      data.relatedIdentifiers.map((related) =>
        element("relatedIdentifier", related.relatedIdentifier, {
          relatedIdentifierType: related.relatedIdentifierType,
          relationType: related.relationType,
          resourceTypeGeneral: related.resourceTypeGeneral,
        }),
      ),
    ),
    group(
      "sizes",
      data.sizes.map((size) => element("size", size)),
    ),
    group(
      "formats",
      data.formats.map((format) => element("format", format)),
    ),
    data.version ? element("version", data.version) : "",
    group(
      "rightsList",
      data.rightsList.map((right) =>
        element("rights", right.rights, {
          rightsURI: right.rightsUri,
          rightsIdentifier: right.rightsIdentifier,
          rightsIdentifierScheme: right.rightsIdentifierScheme,
          schemeURI: right.schemeUri,
        }),
      ),
    ),
    group(
      "descriptions",
      data.descriptions.map(({ description, descriptionType }) =>
        element("description", description, { descriptionType }),
      ),
    ),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<resource xmlns="http://datacite.org/schema/kernel-4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://datacite.org/schema/kernel-4 https://schema.datacite.org/meta/kernel-4.7/metadata.xsd">
${indent(body.filter(Boolean).join("\n"))}
</resource>
`;
}

function creator(data: DataCiteCreator): string {
  return group("creator", [
    element("creatorName", data.name, { nameType: data.nameType }),
    data.givenName ? element("givenName", data.givenName) : "",
    data.familyName ? element("familyName", data.familyName) : "",
    ...data.nameIdentifiers.map((identifier) =>
      element("nameIdentifier", identifier.nameIdentifier, {
        nameIdentifierScheme: identifier.nameIdentifierScheme,
        schemeURI: identifier.schemeUri,
      }),
    ),
    ...data.affiliation.map(({ name }) => element("affiliation", name)),
  ]);
}

function group(name: string, children: string[]): string {
  const present = children.filter(Boolean);
  return present.length === 0 ? "" : `<${name}>\n${indent(present.join("\n"))}\n</${name}>`;
}

function element(
  name: string,
  text: string,
  attributes: Record<string, string | undefined> = {},
): string {
  const pairs = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${xmlText(value)}"`],
  );
  return `<${name}${pairs.join("")}>${xmlText(text)}</${name}>`;
}

/** Line breaks as references, so that the indenting of the document does not reach into texts. */
function xmlText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 cannot hold.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("\r", "&#13;")
      .replaceAll("\n", "&#10;")
  );
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
