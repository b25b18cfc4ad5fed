import { type PrefillFile, prefillMetadata } from "#lib/identifiers/index.ts";

/** Files with their text; objects as JSON. */
export function bundle(files: Record<string, string | object>): PrefillFile[] {
  return Object.entries(files).map(([name, content]) => ({
    path: name,
    read: async () => (typeof content === "string" ? content : JSON.stringify(content)),
  }));
}
/** What is found in such files. */
export const prefill = (files: Record<string, string | object>) =>
  prefillMetadata(bundle(files), "my-folder");

/** A notebook of one Markdown cell. */
export const notebook = (source: string, metadata: object = {}) => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata,
  cells: [{ cell_type: "markdown", id: "a", metadata: {}, source }],
});
