import { type CellOutputs, noOutputs, reduceOutputs } from "../outputs-reducer.ts";
import type { WidgetState } from "./relay-messages.ts";

const outputTypes = new Set([
  "stream",
  "display_data",
  "execute_result",
  "error",
  "clear_output",
  "update_display_data",
]);

/** Whether a message of the kernel is one that an Output widget takes for itself. */
export function isOutputMessage(type: string): boolean {
  return outputTypes.has(type);
}

/** Whether this state is an Output widget's. */
export function isOutputWidget(state: WidgetState): boolean {
  return state._model_module === "@jupyter-widgets/output" && state._model_name === "OutputModel";
}

interface Capture {
  /** The request whose outputs it takes; empty while it takes none. */
  request: string;
  held: CellOutputs;
}

/**
 * Which Output widget takes the outputs of which request. The kernel says so by the widget's `msg_id`, before and
 * after what belongs into it (`with out:`, and so every `interact`).
 */
export class Captures {
  readonly #widgets = new Map<string, Capture>();
  /** Request → the widgets that take its outputs, the innermost last. */
  readonly #takers = new Map<string, string[]>();

  /** Follows the state of an Output widget; gives the request that it begins to take outputs of, if it does. */
  follow(commId: string, state: WidgetState): string | null {
    const capture = this.#widgets.get(commId) ?? { request: "", held: noOutputs };
    this.#widgets.set(commId, capture);
    if (Array.isArray(state.outputs)) capture.held = { outputs: state.outputs, clearsNext: false };
    if (typeof state.msg_id !== "string" || state.msg_id === capture.request) return null;
    this.#release(commId, capture);
    capture.request = state.msg_id;
    if (capture.request === "") return null;
    this.#takers.set(capture.request, [...(this.#takers.get(capture.request) ?? []), commId]);
    return capture.request;
  }

  /** Whether outputs of this request belong to a widget now. */
  takes(request: string): boolean {
    return this.#takers.has(request);
  }

  /** Gives a message to the widget that takes it: its id and what it holds then; null where none does. */
  take(
    request: string,
    message: { header: { msg_type: string }; content: unknown },
  ): { commId: string; outputs: CellOutputs["outputs"] } | null {
    const commId = this.#takers.get(request)?.at(-1);
    const capture = commId === undefined ? undefined : this.#widgets.get(commId);
    if (commId === undefined || !capture) return null;
    capture.held = reduceOutputs(capture.held, message);
    return { commId, outputs: capture.held.outputs };
  }

  forget(commId: string): void {
    const capture = this.#widgets.get(commId);
    if (!capture) return;
    this.#release(commId, capture);
    this.#widgets.delete(commId);
  }

  clear(): void {
    this.#widgets.clear();
    this.#takers.clear();
  }

  #release(commId: string, { request }: Capture): void {
    const left = (this.#takers.get(request) ?? []).filter((each) => each !== commId);
    if (left.length > 0) this.#takers.set(request, left);
    else this.#takers.delete(request);
  }
}
