import Link from "next/link";
import type { FileView } from "#lib/archive/index.ts";
import { readPart, viewer } from "../../reading.ts";
import { NotebookFile } from "../notebook/notebook-file.tsx";
import { fileUrl, resolvePath } from "../notebook/place.ts";
import { highlight } from "../notebook/render/highlight.ts";
import { renderMarkdown } from "../notebook/render/markdown.ts";
import { SafeHtmlView } from "../notebook/safe-html-view.tsx";
import { formatBytes } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { fileKind, fileLanguage } from "./kind.ts";
import { TablePreview } from "./table-preview.tsx";

const textPart = 128 * 1024;
const tablePart = 512 * 1024;
const imageLimit = 64 * 1024 ** 2;

interface Props {
  versionId: string;
  file: FileView;
  filesUrl: string;
  /** The page that shows a file when `?file=` is put behind it. */
  page: string;
  /** Byte that the text begins at: long files are paged. */
  from: number;
}

/** One file: what it is, how large, the way to have it, and as much of it as can be shown. */
export function FilePreview(props: Props) {
  const { file, filesUrl, page } = props;
  return (
    <section aria-labelledby="file" className="grid gap-4">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-rule pb-3">
        <h2 id="file" className="min-w-0 break-all font-mono text-[0.9375rem] font-semibold">
          {file.path}
        </h2>
        <span className="text-sm text-quiet">{formatBytes(file.size)}</span>
        <a href={fileUrl(filesUrl, file.path)} download className="button button-small ml-auto">
          <Icon name="download" />
          Download
        </a>
        <Link href={page} className="button button-small">
          <Icon name="cross" />
          Close the file
        </Link>
      </header>
      <Content {...props} />
    </section>
  );
}

async function Content({ versionId, file, filesUrl, page, from }: Props) {
  const kind = fileKind(file);
  const asker = await viewer();
  switch (kind) {
    case "notebook":
      return <NotebookFile versionId={versionId} path={file.path} filesUrl={filesUrl} />;
    case "image":
      if (file.size > imageLimit) break;
      return (
        <img
          src={fileUrl(filesUrl, file.path)}
          alt={file.path}
          className="max-h-[80vh] max-w-full border border-rule bg-plate object-contain"
        />
      );
    case "table": {
      const bytes = await readPart(versionId, file.path, asker, 0, tablePart);
      return (
        <TablePreview
          text={new TextDecoder().decode(bytes)}
          size={file.size}
          isPart={file.size > tablePart}
          name={file.path}
        />
      );
    }
    case "markdown": {
      if (file.size > textPart) break;
      const bytes = await readPart(versionId, file.path, asker, 0, textPart);
      const html = await renderMarkdown(new TextDecoder().decode(bytes), {
        idPrefix: "file-text",
        resolveFile: (path) => {
          const resolved = resolvePath(file.path, path);
          return resolved && fileUrl(filesUrl, resolved);
        },
      });
      return <SafeHtmlView className="prose" html={html} />;
    }
    case "text":
      return <TextPart versionId={versionId} file={file} page={page} from={from} />;
  }
  return (
    <p className="text-quiet">
      {kind === "other"
        ? "There is no preview for this kind of file."
        : "This file is too large for a preview."}{" "}
      Download it, or run the paper to look inside.
    </p>
  );
}

interface PartProps {
  versionId: string;
  file: FileView;
  page: string;
  from: number;
}

async function TextPart({ versionId, file, page, from }: PartProps) {
  const start = Math.min(Math.max(0, from), Math.max(0, file.size - 1));
  const bytes = await readPart(versionId, file.path, await viewer(), start, textPart);
  if (bytes.subarray(0, 8_000).includes(0)) {
    return <p className="text-quiet">This file is not text. Download it to look inside.</p>;
  }
  const end = start + bytes.length;
  const pageFrom = (byte: number) =>
    `${page}?file=${encodeURIComponent(file.path)}&from=${byte}#file`;
  return (
    <>
      <div className="code-block">
        <pre>
          <SafeHtmlView
            as="code"
            html={await highlight(new TextDecoder().decode(bytes), fileLanguage(file.path))}
          />
        </pre>
      </div>
      {(start > 0 || end < file.size) && (
        <nav aria-label="Parts of the file" className="flex flex-wrap items-center gap-3 text-sm">
          {start > 0 && <Link href={pageFrom(Math.max(0, start - textPart))}>Earlier</Link>}
          <span className="text-quiet">
            {formatBytes(start)} to {formatBytes(end)} of {formatBytes(file.size)}
          </span>
          {end < file.size && <Link href={pageFrom(end)}>Further</Link>}
        </nav>
      )}
    </>
  );
}
