import type { Kernel } from "@jupyterlab/services";
import { expect, it } from "vitest";
import { requestStates } from "#app/components/live/outputs/request-states.ts";
import { WidgetStore } from "#app/components/live/outputs/widget-store.ts";

/** A kernel whose control comm answers as ipywidgets 8.1.7 was seen to. */
function answering(data: object, buffers: ArrayBuffer[]): Kernel.IKernelConnection {
  const listeners = new Set<(sender: unknown, message: unknown) => void>();
  return {
    clientId: "client",
    username: "reader",
    iopubMessage: {
      connect: (slot: (sender: unknown, message: unknown) => void) => listeners.add(slot),
      disconnect: (slot: (sender: unknown, message: unknown) => void) => listeners.delete(slot),
    },
    requestCommInfo: async () => ({ content: { status: "ok", comms: { w1: {} } } }),
    sendShellMessage: (message: {
      header: { msg_type: string };
      content: { comm_id: string; data: { method?: string } };
    }) => {
      if (message.content.data.method !== "request_states") return;
      const answer = {
        header: { msg_type: "comm_msg" },
        content: { comm_id: message.content.comm_id, data: { method: "update_states", ...data } },
        buffers,
      };
      for (const listener of [...listeners]) listener(undefined, answer);
    },
  } as unknown as Kernel.IKernelConnection;
}

const described = (state: object) => ({
  model_name: "AnyModel",
  model_module: "anywidget",
  model_module_version: "~0.9.*",
  state,
});

it("a control that a running kernel has comes back whole, with its binary parts in their places", async () => {
  const [first, second, third] = [[1, 2], [3], [4]].map((bytes) => new Uint8Array(bytes).buffer);
  const kernel = answering(
    {
      states: { w1: described({ total: 4, nested: { list: [null] } }), w2: described({}) },
      buffer_paths: [
        ["w1", "state", "nested", "list", 0],
        ["w2", "state", "values"],
        ["w1", "state", "values"],
        ["w1", "model_name"],
      ],
    },
    [first, second, third, first] as ArrayBuffer[],
  );
  const store = new WidgetStore();
  for (const { id, data, buffers } of await requestStates(kernel)) store.open(id, data, buffers);
  expect(store.get("w1")).toEqual({
    total: 4,
    nested: { list: [new DataView(first as ArrayBuffer)] },
    values: new DataView(third as ArrayBuffer),
  });
  expect(store.get("w2")).toEqual({ values: new DataView(second as ArrayBuffer) });
});
