"use client";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "react-aria-components";
import { TextOutput } from "../notebook/text-output.tsx";
import { Icon } from "../ui/icons.tsx";
import { CellBar } from "./cell-bar.tsx";
import { CellOutputsView } from "./cell-outputs.tsx";
import { CodeEditor } from "./code-editor.tsx";
import { completeFrom, inspectWith } from "./completion.ts";
import type { LiveControls } from "./controls.ts";
import { nothing } from "./digest.ts";
import type { PublishedCell } from "./live-cell.tsx";
import { useLivePart } from "./live-paper.tsx";
import { ParameterForm } from "./parameter-form.tsx";
import { QuestionForm } from "./question-form.tsx";
import type { CellState } from "./state.ts";

interface Props {
  controls: LiveControls;
  /** The cell's key. */
  name: string;
  cell: PublishedCell;
}

/** A code cell that can be changed and run. */
export default function LiveCellBody({ controls, name, cell }: Props) {
  const state = useSyncExternalStore(
    (listener) => controls.store.subscribeCell(name, listener),
    () => controls.store.cell(name),
    () => undefined,
  );
  if (!state) return null;
  return (
    <>
      <Live controls={controls} name={name} cell={cell} state={state} />
      <AddedCells controls={controls} after={name} />
    </>
  );
}

/** Code cells that the reader has added in JupyterLab, where they stand. */
function AddedCells({ controls, after }: { controls: LiveControls; after: string }) {
  const extras = useLivePart(controls, "extras");
  return extras
    .filter((extra) => extra.after === after)
    .map(({ key, at }) => (
      <LiveCellBody
        key={key}
        controls={controls}
        name={key}
        cell={{
          index: at,
          id: null,
          name: "Code cell that you added",
          caption: "code cell that you added",
          hidesCode: false,
          isParameters: false,
          digest: nothing,
          code: true,
          outputs: null,
        }}
      />
    ));
}

function Live({ controls, name, cell, state }: Props & { state: CellState }) {
  const box = useRef<HTMLDivElement>(null);
  const focusEditor = useRef<(() => void) | null>(null);
  const wantsFocus = useRef(false);
  const isNear = useIsNear(box);
  // After its end nothing would be run, and nothing be kept.
  const isRunning = useLivePart(controls, "phase") === "live";
  const [told, setTold] = useState<string | null>(null);

  const edit = () => {
    if (focusEditor.current) focusEditor.current();
    else wantsFocus.current = true;
  };
  const run = (goOn: boolean) => {
    controls.runPart(name, "only");
    if (goOn) goToNext(box.current);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== box.current) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.shiftKey) run(true);
      else if (event.ctrlKey || event.metaKey) run(false);
      else edit();
    } else if (event.key === "ArrowDown" || event.key === "j") {
      event.preventDefault();
      goToNext(box.current, 1);
    } else if (event.key === "ArrowUp" || event.key === "k") {
      event.preventDefault();
      goToNext(box.current, -1);
    }
  };

  const code = (
    <div className="code-block">
      {state.count !== null && (
        <span className="cell-count" aria-hidden="true">
          [{state.count}]
        </span>
      )}
      {isNear && isRunning ? (
        <CodeEditor
          value={state.source}
          language={controls.paper.language}
          label={`Code of cell ${cell.index + 1}`}
          onChange={(source) => controls.engine?.edit(name, source)}
          onRun={run}
          onLeave={() => box.current?.focus()}
          complete={(source, at) => completeFrom(controls.engine, source, at)}
          inspect={(source, at) => {
            inspectWith(controls.engine, source, at).then(setTold, () => setTold(null));
          }}
          onReady={(focus) => {
            focusEditor.current = focus;
            if (wantsFocus.current) focus();
            wantsFocus.current = false;
          }}
        />
      ) : (
        <pre>
          <code>{state.source}</code>
        </pre>
      )}
    </div>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      ref={box}
      id={name}
      className="cell cell-code live-cell"
      role="group"
      aria-label={cell.name}
      data-status={state.status}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard walks from cell to cell
      tabIndex={0}
      aria-description="Press Enter to edit its code, Control and Enter to run it"
      onKeyDown={onKeyDown}
    >
      {cell.isParameters && isRunning && (
        <ParameterForm
          source={state.source}
          language={controls.paper.language}
          onChange={(source) => controls.setParameters(name, source)}
        />
      )}
      {cell.code &&
        (cell.hidesCode ? (
          <details className="output-fold">
            <summary>Show the code</summary>
            {code}
          </details>
        ) : (
          code
        ))}
      {told !== null && <Told text={told} onClose={() => setTold(null)} />}
      <CellBar controls={controls} name={name} cell={cell} state={state} isRunning={isRunning} />
      {state.question && (
        <QuestionForm
          question={state.question}
          onAnswer={(value) => controls.engine?.answer(name, value)}
        />
      )}
      <CellOutputsView controls={controls} name={name} cell={cell} state={state} />
    </div>
  );
}

/** What the running code says of a name: its signature and its documentation. */
function Told({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <section aria-label="Documentation" className="live-told">
      <Button className="button button-small button-quiet live-told-close" onPress={onClose}>
        <Icon name="cross" />
        Close
      </Button>
      <TextOutput text={text} label="Documentation" />
    </section>
  );
}

/** Puts the focus on the next live cell, or the one before; stays where there is none. */
function goToNext(box: HTMLElement | null, by: 1 | -1 = 1): void {
  const all = [...document.querySelectorAll<HTMLElement>(".live-cell")];
  const at = box ? all.indexOf(box) : -1;
  all[at + by]?.focus();
}

/** Whether the element is on the screen or will soon be. Editors are made only there: a long paper has hundreds. */
function useIsNear(box: React.RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        setNear(true);
      },
      { rootMargin: "600px" },
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return isNear;
}
