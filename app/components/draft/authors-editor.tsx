"use client";
import { useState } from "react";
import { Button } from "react-aria-components";
import type { Author } from "#lib/archive/index.ts";
import { Icon } from "../ui/icons.tsx";
import { TextInput } from "../ui/text-input.tsx";
import { type AuthorParts, authorOf, moved, partsOf } from "./author-parts.ts";

interface Props {
  authors: Author[];
  /** By place: "authors.0.orcid". */
  errors: Record<string, string>;
  onChange: (authors: Author[]) => void;
  onSave: (authors: Author[]) => void;
}

type Row = AuthorParts & { key: number };

/** The authors in order: add, take out, move by buttons. */
export function AuthorsEditor({ authors, errors, onChange, onSave }: Props) {
  const [rows, setRows] = useState<Row[]>(() =>
    authors.map((author, key) => ({ ...partsOf(author), key })),
  );
  const [nextKey, setNextKey] = useState(authors.length);

  const authorsOf = (list: Row[]) => list.map(authorOf).filter(({ name }) => name !== "");
  const update = (list: Row[]) => {
    setRows(list);
    onChange(authorsOf(list));
  };
  const updateAndSave = (list: Row[]) => {
    update(list);
    onSave(authorsOf(list));
  };
  const add = () => {
    setRows([...rows, { given: "", family: "", orcid: "", affiliation: "", key: nextKey }]);
    setNextKey(nextKey + 1);
  };

  return (
    <fieldset className="grid gap-4">
      <legend className="label">Authors</legend>
      {errors.authors && <p className="text-[0.8125rem] text-bad">{errors.authors}</p>}
      {rows.map((row, index) => (
        <AuthorRow
          key={row.key}
          row={row}
          place={index + 1}
          of={rows.length}
          errors={errors}
          onChange={(changed) =>
            update(rows.map((each) => (each === row ? { ...row, ...changed } : each)))
          }
          onLeave={() => onSave(authorsOf(rows))}
          onMove={(by) => updateAndSave(moved(rows, index, by))}
          onRemove={() => updateAndSave(rows.filter((each) => each !== row))}
        />
      ))}
      <Button className="button justify-self-start" onPress={add}>
        <Icon name="plus" />
        Add an author
      </Button>
    </fieldset>
  );
}

interface RowProps {
  row: Row;
  place: number;
  of: number;
  errors: Record<string, string>;
  onChange: (changed: Partial<AuthorParts>) => void;
  onLeave: () => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function AuthorRow({ row, place, of, errors, onChange, onLeave, onMove, onRemove }: RowProps) {
  const text = (part: keyof AuthorParts, label: string, field: string, placeholder?: string) => (
    <TextInput
      label={label}
      value={row[part]}
      onChange={(value) => onChange({ [part]: value })}
      onBlur={onLeave}
      error={errors[`authors.${place - 1}.${field}`]}
      {...(placeholder ? { placeholder } : {})}
    />
  );
  const who = [row.given, row.family].filter(Boolean).join(" ") || `author ${place}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: it stands inside the fieldset of all authors
    <div
      role="group"
      aria-label={`Author ${place}`}
      className="grid gap-3 border-l-2 border-rule pl-4 sm:grid-cols-2 sm:items-start"
    >
      {text("given", "Given name", "givenName")}
      {text("family", "Family name, or a group’s name", "name")}
      {text("orcid", "ORCID iD", "orcid", "0000-0002-1825-0097")}
      {text("affiliation", "Affiliation", "affiliation")}
      <div className="flex gap-1 sm:col-span-2">
        <Button
          className="button button-quiet button-small"
          aria-label={`Move ${who} up`}
          isDisabled={place === 1}
          onPress={() => onMove(-1)}
        >
          <Icon name="up" />
          Up
        </Button>
        <Button
          className="button button-quiet button-small"
          aria-label={`Move ${who} down`}
          isDisabled={place === of}
          onPress={() => onMove(1)}
        >
          <Icon name="down" />
          Down
        </Button>
        <Button
          className="button button-quiet button-small"
          aria-label={`Remove ${who}`}
          onPress={onRemove}
        >
          <Icon name="trash" />
          Remove
        </Button>
      </div>
    </div>
  );
}
