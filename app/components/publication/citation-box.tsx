"use client";
import { useState } from "react";
import { CopyButton } from "../ui/copy-button.tsx";

interface Props {
  citations: { id: string; label: string; text: string }[];
}

/** The citation in a chosen style, ready to copy. */
export function CitationBox({ citations }: Props) {
  const [style, setStyle] = useState(citations[0]?.id);
  const chosen = citations.find(({ id }) => id === style) ?? citations[0];
  if (!chosen) return null;
  return (
    <div className="max-w-[48rem] border border-rule bg-sheet">
      <div className="flex items-center gap-2 border-b border-rule px-3 py-2">
        <label className="flex items-center gap-2 text-sm">
          Style
          <select
            className="field min-h-8 w-auto py-0.5 text-sm"
            value={chosen.id}
            onChange={(event) => setStyle(event.target.value)}
          >
            {citations.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <CopyButton text={chosen.text} what="citation" className="ml-auto" showLabel />
      </div>
      <p
        className="px-4 py-3 font-serif text-[1.0625rem] leading-[1.5] [overflow-wrap:anywhere]"
        aria-live="polite"
      >
        {chosen.text}
      </p>
    </div>
  );
}
