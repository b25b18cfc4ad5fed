import type { CodeCell } from "#lib/notebooks/index.ts";
import { digestOutputs } from "../live/digest.ts";
import { LiveCell } from "../live/live-cell.tsx";
import { joinStreams } from "./join-streams.ts";
import { OutputView } from "./output.tsx";
import type { NotebookPlace } from "./place.ts";
import { highlight } from "./render/highlight.ts";
import { SafeHtmlView } from "./safe-html-view.tsx";

interface Props {
  cell: CodeCell;
  index: number;
  place: NotebookPlace;
  language: string | null;
  /** The heading that it stands under. */
  section: string | null;
  /** Whether the file itself gives its cells ids. */
  hasIds: boolean;
}

/** Tags and switches by which authors hide code: Jupyter Book's, nbconvert's and JupyterLab's own. */
export function hidesInput({ metadata }: CodeCell): boolean {
  const tags = metadata.tags ?? [];
  const jupyter = metadata.jupyter;
  return (
    tags.some((tag) => /^(hide|remove)[-_](input|cell)$/.test(tag)) ||
    (typeof jupyter === "object" && jupyter !== null && "source_hidden" in jupyter
      ? jupyter.source_hidden === true
      : false)
  );
}

/** A code cell with what it gave when it was last run. Where its paper can be run, it can be made live. */
export async function CodeCellView({ cell, index, place, language, section, hasIds }: Props) {
  const ran = cell.execution_count === null ? "not run" : `run as ${cell.execution_count}`;
  const caption = `code cell ${index + 1}${section ? `, under “${section}”` : ""}`;
  return (
    <LiveCell
      index={index}
      id={hasIds ? cell.id : null}
      name={`Code cell ${index + 1}, ${ran}`}
      caption={caption}
      hidesCode={hidesInput(cell)}
      isParameters={(cell.metadata.tags ?? []).includes("parameters")}
      digest={digestOutputs(cell.outputs)}
      code={
        cell.source.trim() && (
          <div className="code-block">
            {cell.execution_count !== null && (
              <span className="cell-count" aria-hidden="true">
                [{cell.execution_count}]
              </span>
            )}
            <pre>
              <SafeHtmlView as="code" html={await highlight(cell.source, language)} />
            </pre>
          </div>
        )
      }
      outputs={joinStreams(cell.outputs).map(({ output, at }) => (
        <OutputView
          key={at}
          output={output}
          place={place}
          cell={index}
          index={at}
          caption={caption}
        />
      ))}
    />
  );
}
