import type { PublicationView, VersionView } from "#lib/archive/types.ts";
import {
  type CitationRecord,
  citationRecord,
  type RecordOptions,
} from "#lib/identifiers/record.ts";

/** A published version with something in every field. */
export function exampleVersion(change: Partial<VersionView> = {}): VersionView {
  return {
    id: "v2",
    publicationId: "p1",
    slug: "the-curve",
    number: 2,
    state: "published",
    doi: "10.5072/015n-mj18",
    conceptDoi: "10.5072/003r-j076",
    metadata: {
      title: "The curve & its breath: CO₂ at 5 % {Mauna Loa}",
      authors: [
        {
          name: "Calloway, Ines",
          familyName: "Calloway",
          givenName: "Ines",
          orcid: "0000-0002-1825-0097",
          affiliation: "Colophon Examples",
        },
        { name: "Ørsted-Šimić, José" },
        { name: "Mauna Loa and Friends Collaboration" },
      ],
      description: "A *rise*, and a **breath**.\n\nTwo stories in <one> line.",
      license: "CC-BY-4.0",
      keywords: ["climate", "time series"],
      field: "Climate science",
      paperDoi: "https://doi.org/10.1038/382146A0",
      date: "2026-03-29",
    },
    source: {
      type: "github",
      url: "https://user:secret@github.com/lab/curve.git",
      ref: "main",
      commit: "a".repeat(40),
    },
    ingest: { state: "ready", message: null, hint: null },
    preflight: [],
    mainNotebook: "curve.ipynb",
    language: "Python",
    figureSha256: null,
    environment: {
      key: null,
      state: "none",
      buildId: null,
      imageSize: null,
      language: null,
      languageVersion: null,
      declaredBy: [],
      deviations: [],
      installed: [],
      note: null,
    },
    createdAt: "2026-04-01T10:00:00.000Z",
    publishedAt: "2026-04-02T10:00:00.000Z",
    withdrawnAt: null,
    withdrawReason: null,
    fileCount: 12,
    totalBytes: 34_567,
    ...change,
  };
}

/** A publication with three versions, forked from one and into another. */
export function examplePublication(change: Partial<PublicationView> = {}): PublicationView {
  const reference = { slug: "x", title: "X", number: 1, authors: [] };
  return {
    id: "p1",
    slug: "the-curve",
    title: "The curve",
    conceptDoi: "10.5072/003r-j076",
    owner: { id: "u1", name: "Ines" },
    listed: true,
    launchCount: 0,
    forkCount: 1,
    createdAt: "2026-04-01T10:00:00.000Z",
    versions: [
      exampleVersion({ id: "v1", number: 1, doi: "10.5072/000000-v1" }),
      exampleVersion(),
      exampleVersion({ id: "v3", number: 3, doi: "10.5072/000000-v3" }),
    ],
    forkedFrom: { id: "p0", doi: "10.5072/origin", ...reference },
    forks: [
      { id: "p2", doi: "10.5072/fork", ...reference },
      { id: "p3", doi: null, ...reference },
    ],
    mayEdit: false,
    ...change,
  };
}

/** The record of the example, with nothing read from the configuration. */
export function exampleRecord(
  change: Partial<VersionView> = {},
  options: RecordOptions = {},
): CitationRecord {
  return citationRecord(examplePublication(), exampleVersion(change), {
    archiveUrl: "https://colophon.example",
    publisher: "Colophon",
    ...options,
  });
}
