"use client";
import type { VersionMetadata } from "#lib/archive/index.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { TextInput } from "../ui/text-input.tsx";
import { AuthorsEditor } from "./authors-editor.tsx";
import { Suggest } from "./suggest.tsx";
import { type Draft, type SaveState, useDraft } from "./use-draft.ts";

interface Props {
  publicationId: string;
  initial: VersionMetadata;
  licenses: { id: string; name: string }[];
  fields: string[];
}

/** What is said about the paper. Already filled with what its files say; each field is kept as one leaves it. */
export function MetadataForm({ publicationId, initial, licenses, fields }: Props) {
  const draft = useDraft(publicationId, initial);
  const { metadata, change, save, errors } = draft;
  return (
    <div className="grid gap-6">
      <Saved draft={draft} />
      <TextInput
        label="Title"
        value={metadata.title}
        onChange={(value) => change("title", value)}
        onBlur={() => save("title")}
        error={errors.title}
        maxLength={500}
        isRequired
      />
      <AuthorsEditor
        authors={metadata.authors}
        errors={errors}
        onChange={(authors) => change("authors", authors)}
        onSave={(authors) => save("authors", authors)}
      />
      <TextInput
        label="Abstract"
        hint="Plain text or Markdown, with formulas in dollars."
        value={metadata.description}
        onChange={(value) => change("description", value)}
        onBlur={() => save("description")}
        error={errors.description}
        maxLength={50_000}
        rows={7}
      />
      <div className="grid gap-6 sm:grid-cols-2 sm:items-start">
        <Suggest
          label="Licence"
          hint="An SPDX identifier. CC-BY-4.0 for papers, MIT or Apache-2.0 for code."
          value={metadata.license ?? ""}
          choices={licenses.map(({ id, name }) => ({
            id,
            label: name === id ? id : `${id}, ${name}`,
          }))}
          error={errors.license}
          onChange={(value) => change("license", value)}
          onSave={(value) => save("license", value)}
        />
        <Suggest
          label="Field"
          hint="Where readers look for it."
          value={metadata.field ?? ""}
          choices={fields.map((name) => ({ id: name, label: name }))}
          error={errors.field}
          onChange={(value) => change("field", value)}
          onSave={(value) => save("field", value)}
        />
        <KeywordsInput draft={draft} />
        <TextInput
          label="DOI of the article"
          hint="If this supplements a published article."
          placeholder="10.1038/382146a0"
          value={metadata.paperDoi ?? ""}
          onChange={(value) => change("paperDoi", value)}
          onBlur={() => save("paperDoi")}
          error={errors.paperDoi}
        />
      </div>
    </div>
  );
}

function KeywordsInput({ draft: { metadata, change, save, errors } }: { draft: Draft }) {
  return (
    <TextInput
      label="Keywords"
      hint="Separated by commas."
      defaultValue={metadata.keywords.join(", ")}
      onChange={(value) => change("keywords", wordsOf(value))}
      onBlur={() => save("keywords")}
      error={errors.keywords}
    />
  );
}

function wordsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[,;]/)
        .map((word) => word.trim())
        .filter(Boolean),
    ),
  ];
}

const saveWords: Record<SaveState, { icon: IconName; text: string }> = {
  unchanged: { icon: "info", text: "Changes are kept as you leave a field." },
  saving: { icon: "turning", text: "Saving" },
  saved: { icon: "check", text: "All changes are kept." },
  failed: { icon: "warning", text: "A change was not kept: see below." },
};

function Saved({ draft: { state } }: { draft: Draft }) {
  const { icon, text } = saveWords[state];
  return (
    <p className="state text-sm text-quiet" role="status">
      <Icon name={icon} />
      {text}
    </p>
  );
}
