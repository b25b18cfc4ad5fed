/** A validated nbformat 4 notebook, as far as we look at it. Multi-line strings are joined. */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: NotebookMetadata;
  cells: Cell[];
}
export interface NotebookMetadata {
  title?: string;
  authors?: { name: string }[];
  kernelspec?: { name: string; display_name?: string; language?: string };
  language_info?: { name: string; version?: string; file_extension?: string };
  [key: string]: unknown;
}
export type Cell = CodeCell | TextCell;
export interface CodeCell {
  cell_type: "code";
  id: string;
  source: string;
  execution_count: number | null;
  outputs: Output[];
  metadata: CellMetadata;
}
export interface TextCell {
  cell_type: "markdown" | "raw";
  id: string;
  source: string;
  /** File name → media type → base64. */
  attachments?: Record<string, Record<string, string>>;
  metadata: CellMetadata;
}
export interface CellMetadata {
  tags?: string[];
  [key: string]: unknown;
}
export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | {
      output_type: "display_data" | "execute_result";
      /** Media type → text, base64 (images) or JSON. */
      data: Record<string, unknown>;
      metadata: Record<string, unknown>;
      execution_count?: number | null;
    }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** What reading gave: the notebook, what was changed to make it valid (v3 upgraded, ids added …), or where it is broken. */
export type NotebookReading =
  | { ok: true; notebook: Notebook; notes: string[] }
  | { ok: false; message: string; place: string };
