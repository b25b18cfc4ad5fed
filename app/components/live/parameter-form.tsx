"use client";
import { useEffect, useId, useRef, useState } from "react";
import { Button } from "react-aria-components";
import {
  type Parameter,
  readableName,
  readParameters,
  stepOf,
  writeParameter,
} from "./parameters.ts";

interface Props {
  source: string;
  language: string | null;
  /** The cell's text with one value changed: to be run, with all that follows. */
  onChange: (source: string) => void;
}

/** Typing takes longer than stepping. */
const typedMs = 1_000;
const steppedMs = 300;

/** The parameters of a paper as fields. Changing one rewrites its line in the cell and runs from there. */
export function ParameterForm({ source, language, onChange }: Props) {
  const parameters = readParameters(source, language);
  if (parameters.length === 0) return null;
  const change = (parameter: Parameter, value: number | string | boolean) => {
    const written = writeParameter(source, parameter, value);
    if (written !== null && written !== source) onChange(written);
  };
  return (
    <form
      className="live-parameters no-print"
      aria-label="Parameters"
      onSubmit={(event) => event.preventDefault()}
    >
      {parameters.map((parameter) => (
        <Field
          key={parameter.name}
          parameter={parameter}
          onChange={(value) => change(parameter, value)}
        />
      ))}
    </form>
  );
}

interface FieldProps {
  parameter: Parameter;
  onChange: (value: number | string | boolean) => void;
}

function Field({ parameter, onChange }: FieldProps) {
  const id = useId();
  const { value, comment, name } = parameter;
  const described = comment ? { "aria-describedby": `${id}-hint` } : {};
  return (
    <div className="live-parameter">
      <label htmlFor={id} className="label">
        {readableName(name)}
      </label>
      {value.kind === "switch" ? (
        <input
          id={id}
          type="checkbox"
          checked={value.value}
          onChange={(event) => onChange(event.target.checked)}
          {...described}
        />
      ) : value.kind === "number" ? (
        <NumberField id={id} value={value} onChange={onChange} described={described} />
      ) : (
        <TextField id={id} value={value.value} onChange={onChange} described={described} />
      )}
      {comment && (
        <span id={`${id}-hint`} className="hint">
          {comment}
        </span>
      )}
    </div>
  );
}

/**
 * What is typed, until it is meant: on Enter, when the field is left, or when nothing more is typed for a while
 * (`wait`, in milliseconds; null: never).
 */
function useSettled<T>(value: T, tell: (value: T) => void) {
  const [draft, setDraft] = useState<T | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const settle = (settled: T) => {
    clearTimeout(timer.current);
    setDraft(null);
    latest.current(settled);
  };
  const type = (typed: T, wait: number | null) => {
    setDraft(typed);
    clearTimeout(timer.current);
    if (wait !== null) timer.current = setTimeout(() => settle(typed), wait);
  };
  return { shown: draft ?? value, type, settle: () => draft !== null && settle(draft) };
}

interface NumberProps {
  id: string;
  value: Extract<Parameter["value"], { kind: "number" }>;
  onChange: (value: number) => void;
  described: object;
}

function NumberField({ id, value, onChange, described }: NumberProps) {
  const step = stepOf(value);
  const { shown, type, settle } = useSettled(value.text, (text) => {
    const number = Number(text);
    if (text.trim() !== "" && Number.isFinite(number)) onChange(number);
  });
  const move = (by: 1 | -1) => {
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    type((Number(shown) + by * step).toFixed(Math.min(digits, 20)), steppedMs);
  };
  return (
    <span className="live-number">
      <Button className="button" aria-label="Less" onPress={() => move(-1)}>
        −
      </Button>
      <input
        id={id}
        className="field"
        inputMode="decimal"
        autoComplete="off"
        value={shown}
        aria-invalid={!Number.isFinite(Number(shown)) || shown.trim() === ""}
        onChange={(event) => type(event.target.value, typedMs)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") settle();
          if (event.key === "ArrowUp" || event.key === "ArrowDown") {
            event.preventDefault();
            move(event.key === "ArrowUp" ? 1 : -1);
          }
        }}
        {...described}
      />
      <Button className="button" aria-label="More" onPress={() => move(1)}>
        +
      </Button>
    </span>
  );
}

interface TextProps {
  id: string;
  value: string;
  onChange: (value: string) => void;
  described: object;
}

function TextField({ id, value, onChange, described }: TextProps) {
  const { shown, type, settle } = useSettled(value, onChange);
  return (
    <input
      id={id}
      className="field"
      autoComplete="off"
      spellCheck={false}
      value={shown}
      onChange={(event) => type(event.target.value, null)}
      onBlur={settle}
      onKeyDown={(event) => event.key === "Enter" && settle()}
      {...described}
    />
  );
}
