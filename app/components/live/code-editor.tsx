"use client";
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionStatus,
  startCompletion,
} from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentLess,
  indentMore,
} from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";
import { pageNonce } from "../site/page-nonce.ts";
import { editorTheme } from "./editor-theme.ts";
import { colours, loadLanguage } from "./languages.ts";

interface Props {
  value: string;
  language: string | null;
  /** What it is called: "Code of cell 3". */
  label: string;
  onChange: (value: string) => void;
  onRun: (goOn: boolean) => void;
  /** Escape: the focus goes out of the editor. */
  onLeave: () => void;
  complete: (code: string, at: number) => Promise<CompletionResult | null>;
  inspect: (code: string, at: number) => void;
  /** Gives the way to put the focus into it. */
  onReady: (focus: () => void) => void;
}

/** An editor for one cell. Tab indents, as in Jupyter; Escape leads out. */
export function CodeEditor(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const { value, language, label } = props;
  const changed = useEffectEvent((text: string) => props.onChange(text));
  const run = useEffectEvent((goOn: boolean) => props.onRun(goOn));
  const leave = useEffectEvent(() => props.onLeave());
  const complete = useEffectEvent((code: string, at: number) => props.complete(code, at));
  const inspect = useEffectEvent((code: string, at: number) => props.inspect(code, at));
  const ready = useEffectEvent((focus: () => void) => props.onReady(focus));
  const first = useEffectEvent(() => value);

  useEffect(() => {
    let isGone = false;
    let made: EditorView | undefined;
    loadLanguage(language).then((support) => {
      if (isGone || !host.current) return;
      made = new EditorView({
        parent: host.current,
        state: EditorState.create({
          doc: first(),
          extensions: [
            Prec.highest(
              keymap.of([
                { key: "Shift-Enter", run: handled(() => run(true)) },
                { key: "Mod-Enter", run: handled(() => run(false)) },
                {
                  key: "Escape",
                  run: (editor) => !completionStatus(editor.state) && handled(leave)(),
                },
                { key: "Tab", run: acceptCompletion },
                { key: "Tab", run: completeOrIndent, shift: indentLess },
                {
                  key: "Shift-Tab",
                  run: ({ state }) => {
                    const { head } = state.selection.main;
                    const line = state.doc.lineAt(head);
                    if (!line.text.slice(0, head - line.from).trim()) return false;
                    inspect(state.doc.toString(), head);
                    return true;
                  },
                },
              ]),
            ),
            EditorView.cspNonce.of(pageNonce() ?? ""),
            history(),
            drawSelection(),
            indentOnInput(),
            bracketMatching(),
            indentUnit.of("    "),
            EditorView.lineWrapping,
            EditorView.contentAttributes.of({
              "aria-label": `${label}. Escape leaves the editor.`,
              // The keyboard walks from cell to cell and enters by Enter: Tab, which indents here, is then no trap.
              tabindex: "-1",
            }),
            autocompletion({
              activateOnTyping: false,
              override: [
                (context: CompletionContext) => complete(context.state.doc.toString(), context.pos),
              ],
            }),
            keymap.of([...defaultKeymap, ...historyKeymap]),
            support,
            colours,
            editorTheme,
            EditorView.updateListener.of((update) => {
              if (update.docChanged) changed(update.state.doc.toString());
            }),
          ],
        }),
      });
      view.current = made;
      const editor = made;
      ready(() => editor.focus());
    });
    return () => {
      isGone = true;
      made?.destroy();
      view.current = null;
    };
  }, [language, label]);

  // The text changes from outside too: by a parameter's field, or by JupyterLab.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={host} className="live-editor" />;
}

/** What a key does, after which the editor need not look for another meaning of it. */
function handled(action: () => void): () => true {
  return () => {
    action();
    return true;
  };
}

/** Tab completes after a word and indents elsewhere. */
function completeOrIndent(view: EditorView): boolean {
  const { head, empty } = view.state.selection.main;
  const before = view.state.doc.lineAt(head).text.slice(0, head - view.state.doc.lineAt(head).from);
  if (empty && /[\w.]$/.test(before)) return startCompletion(view);
  return indentMore(view);
}
