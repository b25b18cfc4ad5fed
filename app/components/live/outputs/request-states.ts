import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { newId, shellMessage } from "./shell-message.ts";
import { copyBuffer } from "./widget-store.ts";

/** A widget as the control comm describes it. */
export interface ListedWidget {
  id: string;
  data: { state: Record<string, unknown>; buffer_paths: unknown[] };
  buffers: ArrayBuffer[];
}

const controlTarget = "jupyter.widget.control";
/** Milliseconds that a kernel without ipywidgets 7.7 or newer may stay silent once it is asked. */
const patience = 10_000;

/**
 * The widgets that a kernel has already, by its control comm (jupyter-widgets' messaging protocol, "Control Widget
 * messaging protocol, version 1.0"). Waits while the kernel is busy. Empty where it has none.
 */
export async function requestStates(kernel: Kernel.IKernelConnection): Promise<ListedWidget[]> {
  const { content } = await kernel.requestCommInfo({ target_name: "jupyter.widget" });
  if (content.status !== "ok" || Object.keys(content.comms).length === 0) return [];
  const commId = newId();
  const answer = new Promise<KernelMessage.ICommMsgMsg | null>((resolve) => {
    const giveUp = setTimeout(() => stop(null), patience);
    const stop = (message: KernelMessage.ICommMsgMsg | null) => {
      clearTimeout(giveUp);
      kernel.iopubMessage.disconnect(listen);
      resolve(message);
    };
    const listen = (_: unknown, message: KernelMessage.IIOPubMessage) => {
      if (message.header.msg_type !== "comm_msg" || !("comm_id" in message.content)) return;
      if (message.content.comm_id === commId) stop(message as KernelMessage.ICommMsgMsg);
    };
    kernel.iopubMessage.connect(listen);
  });
  const send = (type: "comm_open" | "comm_msg" | "comm_close", rest: object) =>
    kernel.sendShellMessage(
      shellMessage(type, { comm_id: commId, ...rest }, kernel, { version: "1.0.0" }),
      false,
      true,
    );
  send("comm_open", { target_name: controlTarget, data: {} });
  send("comm_msg", { data: { method: "request_states" } });
  const message = await answer;
  send("comm_close", { data: {} });
  return message ? readStates(message) : [];
}

function readStates(message: KernelMessage.ICommMsgMsg): ListedWidget[] {
  const data = message.content.data as { states?: unknown; buffer_paths?: unknown };
  if (typeof data.states !== "object" || data.states === null) return [];
  const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : [];
  return Object.entries(data.states).map(([id, described]) => {
    // Paths lead from all widgets through one's description into its state.
    const own = paths
      .map((path, at) => ({ path, at }))
      .filter(({ path }) => path?.[0] === id && path[1] === "state");
    return {
      id,
      data: {
        state: described?.state ?? {},
        buffer_paths: own.map(({ path }) => path.slice(2)),
      },
      buffers: own.flatMap(({ at }) => {
        const buffer = message.buffers?.[at];
        return buffer ? [copyBuffer(buffer)] : [];
      }),
    };
  });
}
