import { describe, expect, it } from "vitest";
import { libraryFor, withoutLibraryTags } from "#app/components/notebook/render/library.ts";
import { type CommandModel, invoke } from "#app/frames/host/invoke.ts";
import { bokehRoots, bokehTrouble, bokehVersion } from "#app/frames/host/libraries/bokeh-script.ts";
import { isMissing, LibraryShelf } from "#app/frames/host/library-shelf.ts";

describe("HTML that wants a library from elsewhere", () => {
  it.each([
    ['<script src="https://cdn.plot.ly/plotly-3.1.0.min.js"></script>', "plotly"],
    ['maybeLoadScript("vega", "5")', "vega"],
    ['<script src="https://cdn.bokeh.org/bokeh/release/bokeh-3.4.0.min.js"></script>', "bokeh"],
    ["<script>root.Bokeh.embed.embed_items_notebook({}, [])</script>", "bokeh"],
    ["/* Copyright Anaconda, Inc., and Bokeh Contributors */ Bokeh.embed.embed_items()", undefined],
    ["<p>plotly, vega and Bokeh</p>", undefined],
  ])("%s", (html, library) => expect(libraryFor(html)).toBe(library));

  it("is shown without the tags that would load it, and with all others", () => {
    const html =
      '<script charset="utf-8" src="https://cdn.plot.ly/plotly-3.1.0.min.js"></script><b>x</b><script src="https://elsewhere.example/x.js"></script>';
    expect(withoutLibraryTags(html)).toBe(
      '<b>x</b><script src="https://elsewhere.example/x.js"></script>',
    );
  });

  it("is looked through in time that grows with its length only", () => {
    const hostile = "<script ".repeat(400_000);
    const started = performance.now();
    withoutLibraryTags(hostile);
    libraryFor(hostile);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("a script of Bokeh", () => {
  const id = "77fa174a-5bcc-4b82-b4d0-8843b986ed10";
  const three = `docs_json = {"${id}":{"version":"3.8.0","title":"x","roots":[]}}; render_items = [{"docid":"${id}","roots":{"p1":"one-place","p2":"other"}}];`;
  const two = `docs_json = {"${id}":{"roots":{"references":[]},"title":"x","version":"2.4.3"}};`;

  it.each([
    [three, "3.8.0"],
    [two, "2.4.3"],
    ["nothing of the kind", null],
  ])("says which version made it", (script, version) => expect(bokehVersion(script)).toBe(version));

  it("is refused in words when its major version is another, and only then", () => {
    expect(bokehTrouble(two, "3.10.0")).toMatch(/made with Bokeh 2\.4\.3.*charts of Bokeh 3 only/);
    expect(bokehTrouble(three, "3.10.0")).toBeNull();
    expect(bokehTrouble("", "3.10.0")).toBeNull();
  });

  it("names the places that it draws into", () => {
    expect(bokehRoots(three)).toEqual(["one-place", "other"]);
    expect(bokehRoots(two)).toEqual([]);
    expect(bokehRoots(`"roots":{"p":"<img onerror=x>"}`)).toEqual([]);
  });
});

describe("a frame's libraries", () => {
  it("are asked for once, however many outputs wait", async () => {
    const asked: string[] = [];
    const shelf = new LibraryShelf((name) => asked.push(name));
    const library = {};
    const waiting = [shelf.get("plotly"), shelf.get("plotly")];
    shelf.add("plotly", library);
    // The page's answer ends with this, whether or not the library has come to life.
    shelf.lack("plotly");
    expect(await Promise.all([...waiting, shelf.get("plotly")])).toEqual([
      library,
      library,
      library,
    ]);
    expect(asked).toEqual(["plotly"]);
  });

  it("that cannot be had are told to those who wait, and asked for again by the next", async () => {
    const asked: string[] = [];
    const shelf = new LibraryShelf((name) => asked.push(name));
    const waiting = shelf.get("vega");
    shelf.lack("vega");
    await expect(waiting).rejects.toSatisfy(isMissing);
    const next = shelf.get("vega");
    shelf.add("vega", {});
    expect(await next).toEqual({});
    expect(asked).toEqual(["vega", "vega"]);
  });

  it("that nobody asked for are not taken", async () => {
    const shelf = new LibraryShelf(() => undefined);
    shelf.add("bokeh", {});
    const coming = shelf.get("bokeh");
    shelf.lack("bokeh");
    await expect(coming).rejects.toSatisfy(isMissing);
  });
});

/** A widget's model that notes what is sent, and says what a test has it say. */
class Model implements CommandModel {
  readonly sent: { content: { id: string }; buffers: ArrayBuffer[] | undefined }[] = [];
  readonly listeners = new Set<(content: unknown, buffers: DataView[]) => void>();

  send(content: unknown, _callbacks?: undefined, buffers?: ArrayBuffer[]) {
    this.sent.push({ content: content as { id: string }, buffers });
  }
  on(_name: string, callback: (content: unknown, buffers: DataView[]) => void) {
    this.listeners.add(callback);
  }
  off(_name: string, callback: (content: unknown, buffers: DataView[]) => void) {
    this.listeners.delete(callback);
  }
  say(content: unknown, buffers: DataView[] = []) {
    for (const listener of [...this.listeners]) listener(content, buffers);
  }
}

describe("a command of an anywidget", () => {
  it("is answered by the message with its id, and by no other", async () => {
    const model = new Model();
    const bytes = new Uint8Array([7]).buffer;
    const [one, other] = [
      invoke(model, "echo", { a: 1 }, { buffers: [bytes] }),
      invoke(model, "echo", 2),
    ];
    expect(model.sent[0]).toMatchObject({
      content: { kind: "anywidget-command", name: "echo", msg: { a: 1 } },
      buffers: [bytes],
    });
    const [first, second] = model.sent.map(({ content }) => content.id);
    const answer = (id: unknown, response: unknown, buffers: DataView[] = []) =>
      model.say({ id, kind: "anywidget-command-response", response }, buffers);
    for (const stray of [null, "x", { say: "hello" }, { id: first, kind: "anywidget-command" }]) {
      model.say(stray);
    }
    answer("another", "wrong");
    answer(second, "two");
    answer(first, "one", [new DataView(bytes)]);
    expect(await other).toEqual(["two", []]);
    expect(await one).toEqual(["one", [new DataView(bytes)]]);
    expect(model.listeners.size).toBe(0);
  });

  it("that is given up says so and listens no more", async () => {
    const model = new Model();
    const controller = new AbortController();
    const asked = invoke(model, "slow", null, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    expect(model.listeners.size).toBe(0);
    await expect(invoke(model, "slow", null, { signal: controller.signal })).rejects.toThrow();
    expect(model.sent).toHaveLength(1);
  });
});
