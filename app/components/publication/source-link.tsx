import type { SourceReference } from "#lib/archive/index.ts";

/** The repository or record that files came from, at what commit or version. */
export function SourceLink({ source }: { source: SourceReference }) {
  const { type, url, ref } = source;
  const short = ref && /^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 10) : ref;
  return (
    <span className="break-all">
      {/^https?:/.test(url) ? <a href={url}>{url}</a> : url}
      {ref && (
        <span className="text-sm text-quiet">
          {type === "record" ? ", version " : ", commit "}
          <span className="font-mono text-[0.8125rem]" title={ref}>
            {short}
          </span>
        </span>
      )}
    </span>
  );
}
