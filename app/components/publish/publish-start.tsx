"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { Button, DropZone, FileTrigger, Text } from "react-aria-components";
import { ApiError } from "../api.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { type Collected, fromDrop, fromFileList } from "./collect.ts";
import { SourceForm } from "./source-form.tsx";
import { tarOf } from "./tar.ts";
import { upload } from "./upload.ts";
import { UploadProgress } from "./upload-progress.tsx";

/** What programs are told to send, as a person chooses it. */
function forPeople(error: ApiError): ApiError {
  if (error.status !== 415) return error;
  const hint = "Choose a zip, tar or tar.gz file, or the folder itself.";
  return new ApiError(error.status, error.code, error.message, hint);
}

/** A paper's way in: drop or choose a folder or an archive, or name a repository. */
export function PublishStart() {
  const router = useRouter();
  const [collected, setCollected] = useState<Collected>();
  const [sent, setSent] = useState<number>();
  const [error, setError] = useState<ApiError>();
  const abort = useRef<AbortController>(undefined);

  const begin = async (found: Collected | null) => {
    if (!found) return;
    setCollected(found);
    setError(undefined);
    if (found.kind === "files" && found.entries.length === 0) {
      setError(
        new ApiError(0, "empty", "There are no files in it.", "Choose a folder with a notebook."),
      );
      return;
    }
    const body = found.kind === "archive" ? found.file : tarOf(found.entries);
    abort.current = new AbortController();
    setSent(0);
    try {
      const { id } = await upload<{ id: string }>({
        method: "POST",
        url: "/api/publications",
        body,
        mediaType: found.kind === "archive" ? found.mediaType : "application/x-tar",
        onProgress: setSent,
        signal: abort.current.signal,
      });
      router.push(`/drafts/${id}`);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setSent(undefined);
      if (thrown.code !== "cancelled") setError(forPeople(thrown));
    }
  };

  if (sent !== undefined && collected) {
    return (
      <UploadProgress collected={collected} sent={sent} onCancel={() => abort.current?.abort()} />
    );
  }
  return (
    <div className="grid gap-10">
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
      <DropZone
        className="grid justify-items-center gap-4 border-2 border-dashed border-edge px-6 py-12 text-center data-[drop-target]:border-accent data-[drop-target]:bg-wash"
        onDrop={async ({ items }) => begin(await fromDrop(items))}
      >
        <Icon name="upload" className="text-3xl text-quiet" />
        <Text slot="label" className="font-serif text-xl">
          Drop a folder or an archive here
        </Text>
        <div className="flex flex-wrap justify-center gap-3">
          <FileTrigger acceptDirectory onSelect={(list) => begin(fromFileList([...(list ?? [])]))}>
            <Button className="button button-primary">Choose a folder</Button>
          </FileTrigger>
          <FileTrigger
            acceptedFileTypes={[".zip", ".tar", ".tar.gz", ".tgz"]}
            onSelect={(list) => begin(fromFileList([...(list ?? [])]))}
          >
            <Button className="button">Choose a zip or tar file</Button>
          </FileTrigger>
        </div>
        <p className="hint max-w-96 text-balance">
          The notebook, its data, and what it needs (requirements.txt or environment.yml). What
          tools leave behind, such as .git, is left out.
        </p>
      </DropZone>
      <SourceForm />
    </div>
  );
}
