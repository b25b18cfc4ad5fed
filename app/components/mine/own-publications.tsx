import Link from "next/link";
import type { PublicationView } from "#lib/archive/index.ts";
import { formatCount } from "../ui/format.ts";
import { Time } from "../ui/time.tsx";

interface Props {
  publications: PublicationView[];
  kind: "draft" | "published";
}

/** A person's own papers, each with what it is and where it came from. */
export function OwnPublications({ publications, kind }: Props) {
  if (publications.length === 0) {
    return (
      <p className="text-quiet">
        {kind === "draft" ? "None now. Fork a paper or upload one to begin." : "None yet."}
      </p>
    );
  }
  return (
    <ul className="divide-y divide-rule border-y border-rule">
      {publications.map((publication) => {
        const { id, slug, draft, versions, forkedFrom, launchCount, forkCount } = publication;
        const isDraft = kind === "draft" && draft;
        return (
          <li key={id} className="py-3">
            <Link href={isDraft ? `/drafts/${id}` : `/p/${slug}`} className="font-serif text-lg">
              {isDraft ? draft.metadata.title : publication.title}
            </Link>
            <p className="text-[0.8125rem] text-quiet">
              {isDraft ? (
                <>
                  Version {draft.number}, begun <Time iso={draft.createdAt} />
                </>
              ) : (
                [
                  formatCount(versions.length, "version"),
                  formatCount(launchCount, "launch", "launches"),
                  formatCount(forkCount, "fork"),
                ].join(", ")
              )}
              {forkedFrom && (
                <>
                  . Forked from <Link href={`/p/${forkedFrom.slug}`}>{forkedFrom.title}</Link>
                </>
              )}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
