import Link from "next/link";
import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { DoiLink } from "../ui/doi-link.tsx";
import { Notice } from "../ui/notice.tsx";

interface Props {
  publication: PublicationView;
  version: VersionView;
  justPublished: boolean;
}

/** What one should know before reading: a newer version, an unlisted paper, a draft of one's own. */
export function PageNotes({ publication, version, justPublished }: Props) {
  const newest = publication.versions.findLast(({ state }) => state === "published");
  const isOld = newest && newest.number > version.number;
  const isNew = justPublished && publication.mayEdit && version.doi;
  if (!isNew && !isOld && publication.listed && !publication.draft) return null;
  return (
    <div className="no-print wrap grid gap-3 pt-6">
      {isNew && version.doi && (
        <Notice tone="good" title={`Version ${version.number} is published`} announce>
          <p>
            Its DOI: <DoiLink doi={version.doi} />
          </p>
          <p>
            <a href="#badge">Put its badge on your page</a>
          </p>
        </Notice>
      )}
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
