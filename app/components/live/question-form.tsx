"use client";
import { useEffect, useId, useRef } from "react";

interface Props {
  question: { prompt: string; isSecret: boolean };
  onAnswer: (value: string) => void;
}

/** A question that the running code asks (`input()`), where its answer goes. */
export function QuestionForm({ question: { prompt, isSecret }, onAnswer }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Who is writing elsewhere is not torn away.
    const active = document.activeElement;
    const isFree = !active || active === document.body || !active.closest("input, .cm-editor");
    if (isFree) field.current?.focus();
  }, []);
  return (
    <form
      className="live-question"
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(field.current?.value ?? "");
      }}
    >
      <label htmlFor={id} className="label">
        {prompt.trim() || "The code asks for an input"}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          className="field"
          type={isSecret ? "password" : "text"}
          autoComplete="off"
          spellCheck={false}
        />
        <button type="submit" className="button">
          Answer
        </button>
      </div>
    </form>
  );
}
