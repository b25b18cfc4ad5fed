"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, FileTrigger } from "react-aria-components";
import type { FileView } from "#lib/archive/index.ts";
import { ApiError, send } from "../api.ts";
import { fileUrl } from "../notebook/place.ts";
import { upload } from "../publish/upload.ts";
import { ConfirmButton } from "../ui/confirm-button.tsx";
import { formatBytes } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";

interface Props {
  publicationId: string;
  files: FileView[];
  /** The page that shows a file when `?file=` is put behind it. */
  page: string;
}

const shown = 300;

/** The draft's files: add, replace, delete. */
export function DraftFiles({ publicationId, files, page }: Props) {
  const router = useRouter();
  const [busy, setBusy] = useState<{ path: string; percent: number }>();
  const [error, setError] = useState<ApiError>();
  const base = `/api/publications/${publicationId}/draft/files`;

  const attempt = async (action: () => Promise<unknown>) => {
    setError(undefined);
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
    setBusy(undefined);
    router.refresh();
  };
  const put = async (path: string, file: File) => {
    setBusy({ path, percent: 0 });
    await upload({
      method: "PUT",
      url: fileUrl(base, path),
      body: file,
      mediaType: "application/octet-stream",
      onProgress: (sent) =>
        setBusy({ path, percent: Math.round((100 * sent) / Math.max(1, file.size)) }),
      signal: new AbortController().signal,
    });
  };
  const add = (list: FileList | null) =>
    attempt(async () => {
      for (const file of list ?? []) await put(file.webkitRelativePath || file.name, file);
    });

  return (
    <div className="grid gap-3">
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
      <ul className="divide-y divide-rule border-y border-rule">
        {files.slice(0, shown).map(({ path, size }) => (
          <li key={path} className="flex flex-wrap items-center gap-x-3 py-1">
            <a
              href={`${page}?file=${encodeURIComponent(path)}#file`}
              className="min-w-0 flex-[1_1_14rem] truncate py-1 text-sm"
            >
              {path}
            </a>
            <span className="text-[0.8125rem] tabular-nums text-quiet">{formatBytes(size)}</span>
            <span className="ml-auto flex gap-1">
              <FileTrigger
                onSelect={(list) => attempt(async () => list?.[0] && put(path, list[0]))}
              >
                <Button className="button button-quiet button-small" aria-label={`Replace ${path}`}>
                  Replace
                </Button>
              </FileTrigger>
              <ConfirmButton
                label="Delete"
                title={`Delete ${path}?`}
                body="It is taken out of this draft. Published versions keep theirs."
                className="button-quiet button-small"
                onConfirm={() => attempt(() => send("DELETE", fileUrl(base, path)))}
              />
            </span>
          </li>
        ))}
      </ul>
      {files.length > shown && <p className="hint">… and {files.length - shown} more</p>}
      <div className="flex items-center gap-4">
        <FileTrigger allowsMultiple onSelect={add}>
          <Button className="button">
            <Icon name="plus" />
            Add files
          </Button>
        </FileTrigger>
        <span className="text-sm text-quiet" role="status">
          {busy && `${busy.path}: ${busy.percent} %`}
        </span>
      </div>
    </div>
  );
}
