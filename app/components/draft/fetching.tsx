"use client";
import { useRouter } from "next/navigation";
import type { VersionView } from "#lib/archive/index.ts";
import { Notice } from "../ui/notice.tsx";
import { useEvents } from "../use-events.ts";

/** A draft whose files are still on their way from a repository. The page is made anew when they are there. */
export function Fetching({ publicationId, source }: { publicationId: string; source: string }) {
  const router = useRouter();
  useEvents<Pick<VersionView, "ingest">>(`/api/publications/${publicationId}/events`, {
    onMessage: ({ ingest }) => {
      if (ingest.state !== "fetching") router.refresh();
    },
    onClosed: () => router.refresh(),
  });
  return (
    <div role="status">
      <Notice tone="busy" title="Fetching the files">
        <p className="break-all">From {source}. You can leave this page and come back.</p>
      </Notice>
    </div>
  );
}
