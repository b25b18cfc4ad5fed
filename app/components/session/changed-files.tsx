"use client";
import { useEffect, useState } from "react";
import type { ChangedFile } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { formatBytes, formatCount } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";

interface Changes {
  files: ChangedFile[];
  isComplete: boolean;
}

/** The files that a session made or changed, by name and size. */
export function ChangedFiles({ id }: { id: string }) {
  const [changes, setChanges] = useState<Changes | "unknown">();
  useEffect(() => {
    const gone = new AbortController();
    send<Changes>("GET", `/api/sessions/${id}/workspace`, undefined, gone.signal)
      .then(setChanges)
      .catch((thrown: unknown) => {
        if (gone.signal.aborted) return;
        if (!(thrown instanceof ApiError)) throw thrown;
        setChanges("unknown");
      });
    return () => gone.abort();
  }, [id]);

  if (changes === "unknown") return null;
  if (!changes) return <p className="min-h-6 text-sm text-quiet">Looking at what was changed…</p>;
  if (changes.files.length === 0) {
    return <p className="min-h-6 text-sm text-quiet">No file was changed in it.</p>;
  }
  const { files, isComplete } = changes;
  return (
    <details className="fold" open={files.length <= 8}>
      <summary className="flex min-h-9 items-center font-medium">
        {isComplete
          ? formatCount(files.length, "changed file")
          : `More than ${files.length} changed files`}
      </summary>
      <ul className="mt-1 max-h-80 divide-y divide-rule overflow-auto border-y border-rule text-sm">
        {files.map(({ path, change, size }) => (
          <li key={path} className="flex items-center gap-x-3 py-1.5">
            <Icon name={change === "new" ? "plus" : "file"} className="text-quiet" />
            <span className="min-w-0 [overflow-wrap:anywhere]">{path}</span>
            <span className="ml-auto shrink-0 text-quiet">
              {change}, {formatBytes(size)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
