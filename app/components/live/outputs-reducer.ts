import type { Output } from "#lib/notebooks/index.ts";

/** An output as a kernel gives it: what a notebook file keeps, and the name by which it can be replaced later. */
export type LiveOutput = Output & { displayId?: string };

/** The outputs of one cell while it runs. */
export interface CellOutputs {
  outputs: LiveOutput[];
  /** `clear_output(wait=True)` was heard: the next output replaces everything. */
  clearsNext: boolean;
}

/** The part of a message on a kernel's IOPub channel that matters here. */
export interface IopubMessage {
  header: { msg_type: string };
  content: unknown;
}

/** A cell that has just begun to run. */
export const noOutputs: CellOutputs = { outputs: [], clearsNext: false };

/** No notebook page shows more than this of one stream; the end is what one wants to see. */
const longestStream = 2_000_000;

/**
 * What a cell's outputs are after one more message. Messages that say nothing about outputs give back the very same
 * object. Format: https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-iopub-pub-sub-channel
 */
export function reduceOutputs(before: CellOutputs, message: IopubMessage): CellOutputs {
  const content = record(message.content);
  switch (message.header.msg_type) {
    case "stream":
      return appendStream(before, {
        output_type: "stream",
        name: content.name === "stderr" ? "stderr" : "stdout",
        text: text(content.text),
      });
    case "display_data": {
      const displayId = displayIdOf(content);
      return append(before, {
        output_type: "display_data",
        data: bundle(content.data),
        metadata: record(content.metadata),
        ...(displayId === null ? {} : { displayId }),
      });
    }
    case "execute_result": {
      const displayId = displayIdOf(content);
      return append(before, {
        output_type: "execute_result",
        data: bundle(content.data),
        metadata: record(content.metadata),
        execution_count:
          typeof content.execution_count === "number" ? content.execution_count : null,
        ...(displayId === null ? {} : { displayId }),
      });
    }
    case "error":
      return append(before, {
        output_type: "error",
        ename: text(content.ename),
        evalue: text(content.evalue),
        traceback: Array.isArray(content.traceback) ? content.traceback.map(text) : [],
      });
    case "clear_output":
      if (content.wait === true) return { ...before, clearsNext: true };
      return noOutputs;
    case "update_display_data": {
      const displayId = displayIdOf(content);
      return displayId === null ? before : update(before, displayId, content);
    }
    default:
      return before;
  }
}

/** Outputs as a notebook file keeps them. */
export function storedOutputs(outputs: LiveOutput[]): Output[] {
  return outputs.map((output) => {
    const { displayId: _, ...stored } = output;
    return stored;
  });
}

function append({ outputs, clearsNext }: CellOutputs, output: LiveOutput): CellOutputs {
  return { outputs: clearsNext ? [output] : [...outputs, output], clearsNext: false };
}

/** A kernel sends a stream in pieces; neighbours of one name are one output. */
function appendStream(
  before: CellOutputs,
  piece: Extract<Output, { output_type: "stream" }>,
): CellOutputs {
  const last = before.clearsNext ? undefined : before.outputs.at(-1);
  if (last?.output_type !== "stream" || last.name !== piece.name) return append(before, piece);
  const joined = last.text + piece.text;
  const kept = joined.length > longestStream ? joined.slice(-longestStream) : joined;
  return {
    outputs: [...before.outputs.slice(0, -1), { ...last, text: kept }],
    clearsNext: false,
  };
}

function update(
  before: CellOutputs,
  displayId: string,
  content: Record<string, unknown>,
): CellOutputs {
  let found = false;
  const outputs = before.outputs.map((output) => {
    if (output.displayId !== displayId) return output;
    if (output.output_type !== "display_data" && output.output_type !== "execute_result") {
      return output;
    }
    found = true;
    return { ...output, data: bundle(content.data), metadata: record(content.metadata) };
  });
  return found ? { ...before, outputs } : before;
}

function displayIdOf(content: Record<string, unknown>): string | null {
  const id = record(content.transient).display_id;
  return typeof id === "string" && id !== "" ? id : null;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A media bundle with its lists of lines joined, as some kernels send them. */
function bundle(value: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record(value)).map(([type, content]) => [
      type,
      Array.isArray(content) && !/[+/.]json$/.test(type) ? content.map(text).join("") : content,
    ]),
  );
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(text).join("");
  return value === undefined || value === null ? "" : String(value);
}
