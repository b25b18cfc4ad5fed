import Link from "next/link";
import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { Notice } from "../ui/notice.tsx";

/** What one should know before reading: a newer version, an unlisted paper, a draft of one's own. */
export function PageNotes({
  publication,
  version,
}: {
  publication: PublicationView;
  version: VersionView;
}) {
  const newest = publication.versions.findLast(({ state }) => state === "published");
  const isOld = newest && newest.number > version.number;
  if (!isOld && publication.listed && !publication.draft) return null;
  return (
    <div className="no-print wrap grid gap-3 pt-6">
      {isOld && (
        <Notice tone="warn" title={`This is version ${version.number}; there is a newer one`}>
          <p>
            <Link href={`/p/${publication.slug}`}>Read version {newest.number}</Link>
          </p>
        </Notice>
      )}
      {!publication.listed && (
        <Notice tone="plain" title="Unlisted">
          <p>This paper is not in the gallery. Whoever has its address can read and run it.</p>
        </Notice>
      )}
      {publication.draft && (
        <Notice tone="plain" title="You have a draft of the next version">
          <p>
            <Link href={`/drafts/${publication.id}`}>Go on with the draft</Link>
          </p>
        </Notice>
      )}
    </div>
  );
}
