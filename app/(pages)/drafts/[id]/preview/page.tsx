import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { listFiles } from "#lib/archive/index.ts";
import { kernelName, notebookLanguage } from "#lib/notebooks/index.ts";
import { FilePreview } from "../../../../components/files/file-preview.tsx";
import { FileTree } from "../../../../components/files/file-tree.tsx";
import { readFileQuery } from "../../../../components/files/query.ts";
import { LiveBar } from "../../../../components/live/live-bar.tsx";
import { LivePaper } from "../../../../components/live/live-paper.tsx";
import { LiveRun } from "../../../../components/live/live-run.tsx";
import { Abstract } from "../../../../components/publication/abstract.tsx";
import { filesUrlOf } from "../../../../components/publication/facts.tsx";
import { OpenAs } from "../../../../components/publication/open-as.tsx";
import { PaperHead } from "../../../../components/publication/paper-head.tsx";
import {
  earlierSession,
  notebookAt,
  Paper,
} from "../../../../components/publication/paper-page.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { viewer } from "../../../../reading.ts";
import { readDraft } from "../read-draft.ts";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: "Preview", robots: { index: false } };

/** The draft as its readers will see it. */
export default async function PreviewPage({ params, searchParams }: Props) {
  const { id } = await params;
  const { publication, draft } = await readDraft(id);
  if (draft?.ingest.state !== "ready") redirect(`/drafts/${id}`);
  const { file, from } = readFileQuery(await searchParams);
  const files = await listFiles(draft.id, await viewer());
  const opened = files.find(({ path }) => path === file);
  const filesUrl = filesUrlOf(draft);
  const page = `/drafts/${publication.id}/preview`;
  const path = opened ? opened.path : draft.mainNotebook;
  const notebook = path === null ? null : await notebookAt(draft, files, path);
  const canRun = notebook !== null && path !== null && draft.environment.state !== "none";
  const article = (
    <article>
      <div className="wrap pt-6">
        <Notice tone="plain" title="A preview of your draft">
          <p>
            Only you see it. <Link href={`/drafts/${publication.id}`}>Back to the draft</Link>
          </p>
        </Notice>
      </div>
      <PaperHead publication={publication} version={draft} />
      {canRun && (
        <div className="no-print sticky top-0 z-20 border-t border-rule bg-paper">
          <div className="wrap flex min-h-[var(--bar)] items-center justify-end py-2">
            <LiveRun title={draft.metadata.title} />
          </div>
          <LiveBar />
        </div>
      )}
      <div className="pb-5 empty:hidden">
        <OpenAs
          versionId={draft.id}
          title={draft.metadata.title}
          subject={{ fork: publication.id }}
        />
      </div>
      <div className="wrap grid gap-10 border-t border-rule pt-9 lg:grid-cols-[minmax(0,1fr)_16rem]">
        <div className="min-w-0 max-w-[46rem]">
          {opened ? (
            <FilePreview
              versionId={draft.id}
              file={opened}
              filesUrl={filesUrl}
              page={page}
              from={from}
            />
          ) : (
            <>
              <Paper version={draft} />
              <div className="mt-10">
                <Abstract version={draft} filesUrl={filesUrl} />
              </div>
            </>
          )}
        </div>
        <aside aria-label="Files">
          <FileTree files={files} page={page} selected={opened?.path ?? null} />
        </aside>
      </div>
    </article>
  );
  if (!canRun) return article;
  return (
    <LivePaper
      key={path}
      paper={{
        subject: { fork: publication.id },
        path,
        title: draft.metadata.title,
        kernelName: kernelName(notebook),
        language: notebookLanguage(notebook),
        isSignedIn: true,
        earlier: await earlierSession(draft.id, path, await viewer()),
      }}
    >
      {article}
    </LivePaper>
  );
}
