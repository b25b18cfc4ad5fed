import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDigests, digestOutputs } from "#app/components/live/digest.ts";
import {
  type CellOutputs,
  type IopubMessage,
  noOutputs,
  reduceOutputs,
  storedOutputs,
} from "#app/components/live/outputs-reducer.ts";

const message = (msg_type: string, content: unknown): IopubMessage => ({
  header: { msg_type },
  content,
});
const stream = (text: string, name = "stdout") => message("stream", { name, text });
const display = (text: string, display_id?: string) =>
  message("display_data", {
    data: { "text/plain": text },
    metadata: {},
    ...(display_id ? { transient: { display_id } } : {}),
  });
const after = (...messages: IopubMessage[]): CellOutputs =>
  messages.reduce(reduceOutputs, noOutputs);

describe("outputs from a kernel's messages", () => {
  it("joins neighbouring pieces of a stream and keeps streams apart", () => {
    const { outputs } = after(stream("a"), stream("b\n"), stream("!", "stderr"), stream("c"));
    expect(outputs).toEqual([
      { output_type: "stream", name: "stdout", text: "ab\n" },
      { output_type: "stream", name: "stderr", text: "!" },
      { output_type: "stream", name: "stdout", text: "c" },
    ]);
  });

  it("takes results, displays and errors in their order", () => {
    const { outputs } = after(
      display("figure"),
      message("execute_result", { data: { "text/plain": "3" }, metadata: {}, execution_count: 7 }),
      message("error", { ename: "NameError", evalue: "x", traceback: ["one", "two"] }),
    );
    expect(outputs.map(({ output_type }) => output_type)).toEqual([
      "display_data",
      "execute_result",
      "error",
    ]);
    expect(outputs[1]).toMatchObject({ execution_count: 7 });
    expect(outputs[2]).toMatchObject({ ename: "NameError", traceback: ["one", "two"] });
  });

  it("clears at once, or with the next output where it is told to wait", () => {
    expect(after(stream("a"), message("clear_output", { wait: false })).outputs).toEqual([]);
    const waiting = after(stream("a"), message("clear_output", { wait: true }));
    expect(waiting.outputs).toHaveLength(1);
    expect(reduceOutputs(waiting, stream("b")).outputs).toEqual([
      { output_type: "stream", name: "stdout", text: "b" },
    ]);
  });

  it("does not join a stream with what is about to be cleared", () => {
    const { outputs } = after(
      stream("1 %"),
      message("clear_output", { wait: true }),
      stream("2 %"),
      stream(" …"),
    );
    expect(outputs).toEqual([{ output_type: "stream", name: "stdout", text: "2 % …" }]);
  });

  it("updates a display in its place by its name, and no other", () => {
    const before = after(display("a", "one"), display("b", "two"), stream("c"));
    const updated = reduceOutputs(
      before,
      message("update_display_data", {
        data: { "text/plain": "A" },
        metadata: {},
        transient: { display_id: "one" },
      }),
    );
    expect(updated.outputs.map((output) => "data" in output && output.data)).toEqual([
      { "text/plain": "A" },
      { "text/plain": "b" },
      false,
    ]);
    const unknown = message("update_display_data", { data: {}, transient: { display_id: "x" } });
    expect(reduceOutputs(before, unknown)).toBe(before);
  });

  it("keeps no display's name in the file", () => {
    expect(storedOutputs(after(display("a", "one")).outputs)).toEqual([
      { output_type: "display_data", data: { "text/plain": "a" }, metadata: {} },
    ]);
  });

  it("gives back the very same object for what is no output, and never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant("status"), fc.constant("comm_msg"), fc.constant("execute_input")),
        fc.anything(),
        (type, content) => {
          expect(reduceOutputs(noOutputs, message(type, content))).toBe(noOutputs);
        },
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom("stream", "display_data", "execute_result", "error", "update_display_data"),
        fc.anything(),
        (type, content) => {
          expect(Array.isArray(after(message(type, content)).outputs)).toBe(true);
        },
      ),
    );
  });

  it("gives a stream's text whole, however it was cut into pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (pieces) => {
        const { outputs } = after(...pieces.map((piece) => stream(piece)));
        const text = outputs.map((output) => ("text" in output ? output.text : "")).join("");
        expect(text).toBe(pieces.join(""));
        expect(outputs.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("comparing with the published outputs", () => {
  const text = (content: string) => [
    { output_type: "stream" as const, name: "stdout" as const, text: content },
  ];
  const picture = (data: string) => [
    { output_type: "display_data" as const, data: { "image/png": data }, metadata: {} },
  ];
  const compare = (a: Parameters<typeof digestOutputs>[0], b: typeof a) =>
    compareDigests(digestOutputs(a), digestOutputs(b));

  it("knows same from different, text from pictures", () => {
    expect(compare(text("5"), text("5")).same).toBe(true);
    expect(compare(text("5"), text("6"))).toEqual({ same: false, words: "differs from published" });
    expect(compare(picture("aa"), picture("ab"))).toEqual({ same: false, words: "figure differs" });
    expect(compare([...text("5"), ...picture("aa")], [...text("5"), ...picture("ab")]).words).toBe(
      "text equal, figure differs",
    );
    expect(compare([...text("5"), ...picture("aa")], [...text("6"), ...picture("aa")]).words).toBe(
      "figure equal, text differs",
    );
  });

  it("passes over what differs in every run", () => {
    expect(compare(text("<A at 0x7f3b2c1d>\n"), text("<A at 0x7fffab10>  ")).same).toBe(true);
    expect(compare(picture("a\na"), picture("aa")).same).toBe(true);
  });
});
