import { config } from "#lib/config.ts";
import { type Database, db } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { randomSuffix } from "./doi-suffix.ts";
import type { CitationRecord } from "./record.ts";

export type DoiKind = "concept" | "version";

/** Whoever gives out DOIs. The local one now; DataCite behind the same port. */
export interface Registrar {
  /** Stored with each DOI: who gave it out. */
  readonly name: string;
  /**
   * Gives the DOI of a publication (`concept`, versionId null) or of one version; the same one each time it is asked.
   * Part of the caller's transaction: rolled back with it.
   */
  reserve(
    kind: DoiKind,
    publicationId: string,
    versionId: string | null,
    tx: Database,
  ): Promise<string>;
  /** Makes a reserved DOI known with its metadata. May be repeated: the metadata is then brought up to date. */
  register(doi: string, record: CitationRecord, database?: Database): Promise<void>;
}

/** A billion suffixes: even a full archive collides less than once in this many attempts. */
const maxAttempts = 20;

/** A registrar that only keeps its own table: its DOIs resolve at this archive alone. `draw` makes suffixes. */
export function localRegistrar(prefix: string, draw: () => string = randomSuffix): Registrar {
  return {
    name: "local",

    async reserve(kind, publicationId, versionId, tx) {
      if ((kind === "version") !== (versionId !== null)) {
        throw new TypeError("a version's DOI has a version, a concept DOI has none");
      }
      // NULLs are distinct in the unique index, so two transactions could otherwise give one publication two concept DOIs.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`doi:${publicationId}`}, 0))`;
      const existing = await tx.doi.findFirst({ where: { kind, publicationId, versionId } });
      if (existing) return existing.doi;
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const doi = `${prefix}/${draw()}`;
        // ON CONFLICT DO NOTHING: a plain insert that collides would abort the caller's transaction.
        const { count } = await tx.doi.createMany({
          data: { doi, kind, publicationId, versionId, registrar: "local" },
          skipDuplicates: true,
        });
        if (count === 1) return doi;
      }
      throw new ColophonError("doi_unavailable", 503, "No free DOI was found.", {
        hint: "Try again; if it happens repeatedly, the archive needs another DOI prefix.",
      });
    },

    async register(doi, _record, database = db()) {
      const { count } = await database.doi.updateMany({
        where: { doi, registeredAt: null },
        data: { registeredAt: new Date() },
      });
      if (count === 1) return;
      const reserved = await database.doi.findUnique({ where: { doi } });
      if (!reserved) {
        throw new ColophonError("doi_not_reserved", 409, `The DOI ${doi} was never reserved.`);
      }
    },
  };
}

/** The registrar that this archive is configured with. */
export function registrar(): Registrar {
  return localRegistrar(config().doiPrefix);
}
