import { type Notebook, notebookLanguage, outline } from "#lib/notebooks/index.ts";
import { CodeCellView } from "./code-cell.tsx";
import { anchorsOf } from "./outline.tsx";
import { fileUrl, type NotebookPlace, resolvePath } from "./place.ts";
import { renderMarkdown } from "./render/markdown.ts";
import { SafeHtmlView } from "./safe-html-view.tsx";

/** A notebook as a paper: read-only, safe whatever it contains, complete without JavaScript. */
export function NotebookView({ notebook, place }: { notebook: Notebook; place: NotebookPlace }) {
  const language = notebookLanguage(notebook);
  const entries = anchorsOf(notebook, outline(notebook));
  const anchors = new Map(entries.map(({ text, anchor }) => [text.replaceAll(" ", "-"), anchor]));
  const resolveFile = (path: string) => {
    const resolved = resolvePath(place.path, path);
    return resolved && fileUrl(place.filesUrl, resolved);
  };
  let section: string | null = null;
  return (
    <div className="notebook">
      {notebook.cells.map((cell, index) => {
        if (cell.cell_type === "code") {
          if (!cell.source.trim() && cell.outputs.length === 0) return null;
          return (
            <CodeCellView
              key={cell.id}
              cell={cell}
              index={index}
              place={place}
              language={language}
              section={section}
              hasIds={notebook.nbformat_minor >= 5}
            />
          );
        }
        section = entries.findLast((entry) => entry.cell === index)?.text ?? section;
        if (cell.cell_type === "raw") {
          return (
            <pre key={cell.id} className="cell output-text">
              {cell.source}
            </pre>
          );
        }
        return (
          <MarkdownCell
            key={cell.id}
            index={index}
            source={cell.source}
            attachments={cell.attachments}
            resolveFile={resolveFile}
            anchors={anchors}
          />
        );
      })}
    </div>
  );
}

interface MarkdownProps {
  index: number;
  source: string;
  attachments: Record<string, Record<string, string>> | undefined;
  resolveFile: (path: string) => string | null;
  anchors: Map<string, string>;
}

async function MarkdownCell({ index, source, attachments, resolveFile, anchors }: MarkdownProps) {
  const html = await renderMarkdown(source, {
    idPrefix: `cell-${index + 1}`,
    resolveFile,
    anchors,
    ...(attachments ? { attachments } : {}),
  });
  return <SafeHtmlView className="cell prose" html={html} />;
}
