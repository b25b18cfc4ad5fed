import type { Viewer } from "#lib/accounts/index.ts";
import {
  type FileView,
  listFiles,
  type PublicationView,
  type VersionView,
} from "#lib/archive/index.ts";
import { kernelName, type Notebook, notebookLanguage, outline } from "#lib/notebooks/index.ts";
import { listSessions } from "#lib/sessions/index.ts";
import { readVersionNotebook, user, viewer } from "../../reading.ts";
import { FilePreview } from "../files/file-preview.tsx";
import { FileTree } from "../files/file-tree.tsx";
import { LivePaper } from "../live/live-paper.tsx";
import { NotebookFile } from "../notebook/notebook-file.tsx";
import { anchorsOf, NotebookOutline } from "../notebook/outline.tsx";
import { GoOn } from "../session/go-on.tsx";
import { formatCount } from "../ui/format.ts";
import { Notice } from "../ui/notice.tsx";
import { Abstract } from "./abstract.tsx";
import { ActionBar } from "./action-bar.tsx";
import { Badge } from "./badge.tsx";
import { Cite } from "./cite.tsx";
import { Environment } from "./environment.tsx";
import { Downloads, filesUrlOf, History, Licence, Statistics } from "./facts.tsx";
import { Lineage } from "./lineage.tsx";
import { OwnerBar } from "./owner-bar.tsx";
import { PageNotes } from "./page-notes.tsx";
import { PaperHead } from "./paper-head.tsx";
import { StructuredData } from "./structured-data.tsx";
import { Versions } from "./versions.tsx";

interface Props {
  publication: PublicationView;
  version: VersionView;
  /** The address of this very page, without query. */
  page: string;
  file: string | null;
  from: number;
  /** The author comes from publishing it. */
  justPublished: boolean;
}

/** A published version: its head, the rendered notebook with the files beside it, and everything about it below. */
export async function PaperPage({ publication, version, page, file, from, justPublished }: Props) {
  const asker = await viewer();
  const [files, person] = await Promise.all([listFiles(version.id, asker), user()]);
  const opened = files.find(({ path }) => path === file);
  const filesUrl = filesUrlOf(version);
  const path = opened ? opened.path : version.mainNotebook;
  const notebook = path === null ? null : await notebookAt(version, files, path);
  const contents = notebook && !opened ? anchorsOf(notebook, outline(notebook)) : [];
  const { doi } = version;
  const isLive = notebook !== null && path !== null && doi !== null;
  const earlier = isLive ? await earlierSession(version.id, path, asker) : null;
  const article = (
    <article>
      <StructuredData publication={publication} version={version} />
      <PaperHead publication={publication} version={version} />
      <ActionBar version={version} isSignedIn={person !== null} isLive={isLive} />
      {!earlier && <GoOn versionId={version.id} />}
      <PageNotes publication={publication} version={version} justPublished={justPublished} />
      {publication.mayEdit && (
        <OwnerBar
          publicationId={publication.id}
          number={version.number}
          hasDraft={publication.draft !== undefined}
        />
      )}
      <div className="paper-grid wrap grid gap-x-10 gap-y-10 pt-9 lg:grid-cols-[minmax(0,1fr)_16rem] xl:grid-cols-[11rem_minmax(0,46rem)_minmax(14rem,1fr)]">
        <div className="no-print hidden xl:block">
          <div className="sticky top-[calc(var(--bar)+1.5rem)] max-h-[calc(100dvh-var(--bar)-3rem)] overflow-auto">
            <NotebookOutline anchors={contents} />
          </div>
        </div>
        <div className="min-w-0" id="paper">
          {file && !opened && (
            <div className="mb-6">
              <Notice tone="warn" title={`This version has no file “${file.slice(0, 200)}”`} />
            </div>
          )}
          {opened ? (
            <FilePreview
              versionId={version.id}
              file={opened}
              filesUrl={filesUrl}
              page={page}
              from={from}
            />
          ) : (
            <Paper version={version} />
          )}
        </div>
        <aside
          className="no-print min-w-0 lg:row-span-2"
          aria-label="Files and contents of this page"
        >
          <div className="lg:sticky lg:top-[calc(var(--bar)+1.5rem)] lg:max-h-[calc(100dvh-var(--bar)-3rem)] lg:overflow-auto">
            <h2 className="kicker mb-1.5">{formatCount(version.fileCount, "file")}</h2>
            <FileTree files={files} page={page} selected={opened?.path ?? null} />
            <About publication={publication} version={version} />
          </div>
        </aside>
        <div className="min-w-0 xl:col-start-2">
          <Abstract version={version} filesUrl={filesUrl} />
          <Cite publication={publication} version={version} />
          <Versions publication={publication} version={version} />
          <Lineage publication={publication} version={version} />
          <Environment environment={version.environment} />
          <Licence version={version} />
          <Downloads version={version} />
          {version.doi && <Badge doi={version.doi} />}
          <Statistics publication={publication} version={version} />
          <History publication={publication} version={version} />
        </div>
      </div>
    </article>
  );
  if (!isLive) return article;
  return (
    <LivePaper
      key={path}
      paper={{
        subject: { doi },
        path,
        title: version.metadata.title,
        kernelName: kernelName(notebook),
        language: notebookLanguage(notebook),
        isSignedIn: person !== null,
        earlier,
      }}
    >
      {article}
    </LivePaper>
  );
}

/** The reader's newest session of a notebook that there still is something of. */
export async function earlierSession(versionId: string, path: string, asker: Viewer) {
  const sessions = await listSessions(asker, { versionId, open: true });
  const session = sessions.find((each) => each.path === path && each.app === null);
  if (!session) return null;
  return { id: session.id, isOver: session.state === "ended" || session.state === "failed" };
}

/** The rendered main notebook; a version without one shows what it has. */
export function Paper({ version }: { version: VersionView }) {
  if (!version.mainNotebook) {
    return (
      <Notice tone="plain" title="This version has no notebook">
        <p>Its files are beside and below this text.</p>
      </Notice>
    );
  }
  return (
    <NotebookFile
      versionId={version.id}
      path={version.mainNotebook}
      filesUrl={filesUrlOf(version)}
    />
  );
}

/** A notebook of the version, read; null for another file, and for one that cannot be read. */
export async function notebookAt(
  version: VersionView,
  files: FileView[],
  path: string,
): Promise<Notebook | null> {
  if (!path.endsWith(".ipynb") || !files.some((file) => file.path === path)) return null;
  const { reading } = await readVersionNotebook(version.id, path, await viewer());
  return reading?.ok ? reading.notebook : null;
}

/** The way to what stands below the paper. */
function About({ publication, version }: { publication: PublicationView; version: VersionView }) {
  const isRelated =
    publication.forkedFrom ||
    publication.repository ||
    publication.forks.length > 0 ||
    version.metadata.paperDoi;
  const parts = [
    ["abstract", "Abstract"],
    ["cite", "Cite"],
    ["versions", "Versions"],
    ...(isRelated ? [["lineage", "Related"]] : []),
    ["environment", "Environment"],
    ["licence", "Licence"],
    ["downloads", "Downloads"],
    ["badge", "Badge"],
    ["statistics", "Statistics"],
    ["history", "History"],
  ];
  return (
    <nav aria-label="On this page" className="mt-7 text-[0.8125rem]">
      <h2 className="kicker mb-1.5">On this page</h2>
      <ul className="flex flex-wrap gap-x-4 lg:block">
        {parts.map(([id, label]) => (
          <li key={id}>
            <a href={`#${id}`} className="inline-block py-1 no-underline hover:underline">
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
