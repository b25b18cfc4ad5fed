import { config } from "#lib/config.ts";
import { doiUrl, isTestPrefix, testPrefixNotice } from "#lib/identifiers/index.ts";
import { CopyButton } from "./copy-button.tsx";

/** A DOI as its full link, with copy. One with the test prefix says that it is not registered. */
export function DoiLink({ doi, label = "DOI" }: { doi: string; label?: string }) {
  const url = doiUrl(doi, config().url);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1">
      <a href={url} className="break-all tabular-nums">
        {url}
      </a>
      <CopyButton text={url} what={label} />
      {isTestPrefix(doi) && <span className="hint">{testPrefixNotice}</span>}
    </span>
  );
}
