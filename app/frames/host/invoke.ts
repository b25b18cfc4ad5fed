/** As much of a widget's model as a command needs. */
export interface CommandModel {
  send(content: unknown, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
  on(name: string, callback: (content: unknown, buffers: DataView[]) => void): void;
  off(name: string, callback: (content: unknown, buffers: DataView[]) => void): void;
}

interface Options {
  buffers?: ArrayBuffer[];
  signal?: AbortSignal;
}

/** Milliseconds that anywidget's own front ends wait. */
const patience = 3_000;
let last = 0;

/** Calls a command of a widget's Python half and gives what it answers (anywidget's `experimental.invoke`). */
export function invoke(
  model: CommandModel,
  name: string,
  message?: unknown,
  { buffers = [], signal = AbortSignal.timeout(patience) }: Options = {},
): Promise<[response: unknown, buffers: DataView[]]> {
  last += 1;
  // Unique among all frames that hear the widget, also where the page is no secure context.
  const id = `${performance.timeOrigin}-${Math.random().toString(36).slice(2)}-${last}`;
  return new Promise((resolve, reject) => {
    const stop = () => {
      model.off("msg:custom", hear);
      signal.removeEventListener("abort", giveUp);
    };
    const giveUp = () => {
      stop();
      reject(signal.reason);
    };
    const hear = (content: unknown, answered: DataView[]) => {
      if (typeof content !== "object" || content === null) return;
      if (!("id" in content) || content.id !== id || !("response" in content)) return;
      stop();
      resolve([content.response, answered]);
    };
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener("abort", giveUp);
    model.on("msg:custom", hear);
    model.send({ id, kind: "anywidget-command", name, msg: message }, undefined, buffers);
  });
}
