"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Finding, PublicationView, VersionView } from "#lib/archive/index.ts";
import { ApiError, send } from "../api.ts";
import { RunButton } from "../launch/run-button.tsx";
import { ConfirmButton } from "../ui/confirm-button.tsx";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { useEvents } from "../use-events.ts";
import { DeleteDraft } from "./delete-draft.tsx";

interface Props {
  publication: Pick<PublicationView, "id" | "slug">;
  version: Pick<VersionView, "number" | "state" | "environment" | "metadata" | "mainNotebook">;
  findings: Finding[];
}

/** What can be done with a draft: try it, look at it, publish it, throw it away. */
export function PublishBar({ publication, version, findings }: Props) {
  const router = useRouter();
  const [isPublishing, setPublishing] = useState(version.state === "publishing");
  const [error, setError] = useState<ApiError>();
  const blocking = findings.filter(({ severity }) => severity === "error");
  const base = `/api/publications/${publication.id}`;

  useEvents<Pick<VersionView, "state">>(isPublishing ? `${base}/events` : null, {
    onMessage: ({ state }) => {
      if (state === "published") router.push(`/p/${publication.slug}?published=1`);
      if (state === "draft") {
        setPublishing(false);
        router.refresh();
      }
    },
    onClosed: () => router.refresh(),
  });

  const attempt = async (action: () => Promise<void>) => {
    setError(undefined);
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setPublishing(false);
      setError(thrown);
    }
  };
  const publish = () =>
    attempt(async () => {
      await send("POST", `${base}/publish`);
      setPublishing(true);
    });

  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-3">
        {version.environment.state !== "none" && (
          <RunButton
            request={{
              fork: publication.id,
              ...(version.mainNotebook ? { path: version.mainNotebook } : {}),
            }}
            title={version.metadata.title}
            label="Open"
            className=""
          />
        )}
        <a href={`/drafts/${publication.id}/preview`} className="button">
          Preview
        </a>
        <ConfirmButton
          label={isPublishing ? "Publishing" : "Publish"}
          title={`Publish version ${version.number}?`}
          body={<Permanence number={version.number} />}
          onConfirm={publish}
          isPrimary
          className=""
          isDisabled={isPublishing || blocking.length > 0}
        />
        <DeleteDraft
          publicationId={publication.id}
          onRefused={setError}
          className="button-quiet ml-auto"
        />
      </div>
      {blocking.length > 0 && (
        <p className="state text-sm text-bad">
          <Icon name="stopped" />
          Mend what is named as a problem below; then it can be published.
        </p>
      )}
      <p className="sr-only" aria-live="polite">
        {isPublishing && "Publishing"}
      </p>
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
    </div>
  );
}

function Permanence({ number }: { number: number }) {
  return (
    <>
      <p>This becomes permanent:</p>
      <ul className="list-disc pl-5">
        <li>The files, exactly as they are now. A mistake is corrected by a new version.</li>
        <li>The title, authors, licence and everything else that is said about it.</li>
        <li>
          A DOI of its own{number === 1 && ", and one that stands for all versions to come"}, which
          lead here for ever. A version can be withdrawn; its DOI then tells so.
        </li>
      </ul>
    </>
  );
}
