"use client";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { renderAnsi } from "../notebook/render/ansi.ts";
import { SafeHtmlView } from "../notebook/safe-html-view.tsx";
import { CopyButton } from "../ui/copy-button.tsx";

const longest = 2_000_000;

interface Props {
  text: string;
  rawUrl: string;
  /** A failed build shows its log by itself. */
  open: boolean;
}

/** A build's log as real text: folded, searchable, to copy, or raw. It follows its end until one scrolls away. */
export function BuildLog({ text, rawUrl, open }: Props) {
  const [query, setQuery] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const shown = useDeferredValue(text.slice(-longest).trimStart());
  const needle = useDeferredValue(query.trim().toLowerCase());
  const lines = needle
    ? shown.split("\n").filter((line) => line.toLowerCase().includes(needle))
    : null;
  useEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown]);

  return (
    <details className="fold mt-6" open={open}>
      <summary className="flex min-h-9 items-center font-medium">Build log</summary>
      <div className="mb-2 mt-1 flex flex-wrap items-center gap-2">
        <label className="flex items-center gap-2 text-sm">
          Find
          <input
            type="search"
            className="field min-h-8 w-40 py-0.5 sm:w-56 text-sm"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <span className="hint" role="status">
          {lines && `${lines.length} ${lines.length === 1 ? "line" : "lines"}`}
        </span>
        <span className="ml-auto flex items-center">
          <CopyButton text={text} what="log" showLabel />
          <a href={rawUrl} className="button button-quiet button-small">
            Raw
          </a>
        </span>
      </div>
      <section
        ref={box}
        aria-label="Build log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className="h-80 overflow-auto border border-rule bg-sheet"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        <SafeHtmlView
          as="pre"
          className="whitespace-pre-wrap [overflow-wrap:anywhere] px-4 py-3 font-mono text-[0.75rem] leading-[1.6]"
          html={renderAnsi(lines ? lines.join("\n") : shown || "Nothing yet.")}
        />
      </section>
    </details>
  );
}
