import Link from "next/link";
import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { Notice } from "../ui/notice.tsx";
import { Time } from "../ui/time.tsx";
import { Cite } from "./cite.tsx";
import { History } from "./facts.tsx";
import { PaperHead } from "./paper-head.tsx";
import { StructuredData } from "./structured-data.tsx";
import { Versions } from "./versions.tsx";

/** A withdrawn version: its identifier still leads here, its content is gone from view, its record stays. */
export function Tombstone({
  publication,
  version,
}: {
  publication: PublicationView;
  version: VersionView;
}) {
  const other = publication.versions.findLast(({ state }) => state === "published");
  return (
    <article>
      <StructuredData publication={publication} version={version} />
      <PaperHead publication={publication} version={version} />
      <div className="wrap">
        <Notice tone="bad" title={`Version ${version.number} was withdrawn`}>
          <p>
            {version.withdrawnAt && (
              <>
                On <Time iso={version.withdrawnAt} />.{" "}
              </>
            )}
            {version.withdrawReason ?? "No reason was given."}
          </p>
          {other && (
            <p>
              <Link href={`/p/${publication.slug}/v/${other.number}`}>
                Read version {other.number}
              </Link>
            </p>
          )}
        </Notice>
        <div className="mt-10 max-w-[48rem]">
          <Cite publication={publication} version={version} />
          <Versions publication={publication} version={version} />
          <History publication={publication} version={version} />
        </div>
      </div>
    </article>
  );
}
