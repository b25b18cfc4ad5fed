import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFromFrame } from "#app/components/live/outputs/relay-messages.ts";
import { WidgetKernel } from "#test/support/widget-kernel.ts";

const slider = { _model_name: "IntSliderModel", _model_module: "@jupyter-widgets/controls" };
const output = { _model_name: "OutputModel", _model_module: "@jupyter-widgets/output", msg_id: "" };
const update = (state: object, buffers: ArrayBuffer[] = [], commId = "w1") => ({
  kind: "comm",
  id: "frame-1",
  commId,
  data: { method: "update", state },
  buffers,
});

describe("what a frame may send to the kernel", () => {
  it("is a message to a widget, under a name that the page chose, with its binary parts", async () => {
    const kernel = new WidgetKernel();
    kernel.open("w1", slider);
    const frame = kernel.frame();
    frame.say(update({ value: 7 }, [new Uint8Array([1, 2]).buffer]));
    await kernel.untilSent();
    const [sent] = kernel.sent;
    expect(sent).toMatchObject({
      channel: "shell",
      header: { msg_type: "comm_msg" },
      content: { comm_id: "w1", data: { method: "update", state: { value: 7 } } },
    });
    expect(sent?.header.msg_id).not.toBe("frame-1");
    expect(new Uint8Array(sent?.buffers[0] ?? new ArrayBuffer())).toEqual(new Uint8Array([1, 2]));
    frame.close();
  });

  it.each([
    ["runs code", { kind: "execute_request", content: { code: "1" } }],
    ["names another type", { ...update({}), msg_type: "shutdown_request", channel: "control" }],
    ["asks for a shutdown", { kind: "shutdown_request", restart: true }],
    ["opens a channel of its own", { kind: "comm_open", commId: "x", target_name: "jupyter.ydoc" }],
    ["speaks to what is no widget", update({}, [], "nobody")],
    ["has no object for data", { ...update({}), data: "import os" }],
    ["hides a cycle in its data", cyclic()],
    ["has buffers that are none", { ...update({}), buffers: ["x"] }],
    ["is nothing", null],
  ])("is nothing else: one that %s", async (_what, message) => {
    const kernel = new WidgetKernel();
    kernel.open("w1", slider);
    const frame = kernel.frame();
    frame.say(message);
    // Channels keep the order: once this has come, the one before has too.
    frame.say(update({ value: 1 }));
    await kernel.untilSent(({ content }) => JSON.stringify(content.data).includes('"value":1'));
    const types = kernel.sent.map(({ header, channel }) => `${channel} ${header.msg_type}`);
    expect(new Set(types)).toEqual(new Set(["shell comm_msg"]));
    expect(kernel.sent.map(({ content }) => content.comm_id)).toEqual(kernel.sent.map(() => "w1"));
    expect(kernel.sent.at(-1)?.content.data).toMatchObject({ state: { value: 1 } });
    expect(kernel.called).toEqual([]);
    frame.close();
  });

  it("survives whatever a frame makes up", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }),
        (made) => {
          expect(readFromFrame(made)).toBeNull();
          const dressed = { ...update({}), data: { any: made } };
          const read = readFromFrame(dressed);
          if (read) expect(JSON.parse(JSON.stringify(read.data))).toEqual(read.data);
        },
      ),
    );
  });
});

function cyclic() {
  const data: Record<string, unknown> = {};
  data.self = data;
  return { ...update({}), data };
}

describe("what frames hear", () => {
  it("of widgets that were there before them, as they are now", async () => {
    const kernel = new WidgetKernel();
    kernel.open("w1", { ...slider, value: 1 }, [new Uint8Array([9]).buffer], [["bytes"]]);
    kernel.say("comm_msg", { comm_id: "w1", data: { method: "update", state: { value: 2 } } });
    const frame = kernel.frame();
    const told = await frame.until(({ kind }) => kind === "models");
    expect(told).toMatchObject({ models: [{ id: "w1", state: { value: 2 } }] });
    frame.close();
  });

  it("of each other: an echo carries a frame's own name for its message only to that frame", async () => {
    const kernel = new WidgetKernel();
    kernel.open("w1", slider);
    const [one, other] = [kernel.frame(), kernel.frame()];
    one.say(update({ value: 5 }));
    await kernel.untilSent();
    const ours = kernel.sent[0]?.header.msg_id ?? "";
    const echo = { method: "echo_update", state: { value: 5 } };
    kernel.say("comm_msg", { comm_id: "w1", data: echo }, ours);
    expect(await one.until(({ kind }) => kind === "message")).toMatchObject({ parent: "frame-1" });
    expect(await other.until(({ kind }) => kind === "message")).toMatchObject({ parent: ours });
    one.close();
    other.close();
  });

  it("when a restart has made the kernel forget its widgets; nothing of before passes any more", async () => {
    const kernel = new WidgetKernel();
    kernel.open("w1", slider);
    const frame = kernel.frame();
    kernel.status.emit("restarting");
    await frame.until(({ kind }) => kind === "ended");
    frame.say(update({ value: 1 }));
    kernel.open("w2", slider);
    frame.say(update({ value: 2 }, [], "w2"));
    await kernel.untilSent();
    expect(kernel.sent.map(({ content }) => content.comm_id)).toEqual(["w2"]);
    frame.close();
  });
});

describe("an Output widget", () => {
  it("takes what the kernel gives between two of its messages, and the cell does not get it", async () => {
    const kernel = new WidgetKernel();
    kernel.open("out", output);
    const frame = kernel.frame();
    const set = (msg_id: string) =>
      kernel.say("comm_msg", { comm_id: "out", data: { method: "update", state: { msg_id } } });
    set("run-1");
    expect(kernel.say("stream", { name: "stdout", text: "inside" }, "run-1")).toBe(false);
    set("");
    expect(kernel.say("stream", { name: "stdout", text: "outside" }, "run-1")).toBe(true);
    const told = await frame.until(({ kind }) => kind === "outputs");
    expect(told).toMatchObject({ commId: "out", outputs: [{ text: "inside" }] });
    frame.close();
  });

  it("leaves a cell's state messages alone", () => {
    const kernel = new WidgetKernel();
    kernel.open("out", { ...output, msg_id: "run-1" });
    expect(kernel.say("status", { execution_state: "idle" }, "run-1")).toBe(true);
  });
});

describe("shared scripts", () => {
  it("go to later cells, not to the one that brought them", () => {
    const { relay } = new WidgetKernel();
    relay.share("a", "<script>lib</script>");
    relay.share("a", "<script>lib</script>");
    expect(relay.shared("a")).toEqual([]);
    expect(relay.shared("b")).toEqual(["<script>lib</script>"]);
  });
});
