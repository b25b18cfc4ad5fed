import { DOMWidgetModel, DOMWidgetView, type WidgetModel } from "@jupyter-widgets/base";
import { type CommandModel, invoke } from "./invoke.ts";
import { putSentence } from "./put-html.ts";

/** Other widgets inside of a widget's state: they go by their names. */
const nested = new Set(["layout", "style"]);

type CleanUp = (() => void) | undefined;
type Hook = (given: Record<string, unknown>) => unknown;

/** What an anywidget's module gives (https://anywidget.dev/en/afm/). */
interface WidgetModule {
  initialize?: Hook;
  render?: Hook;
}

/** Runs the text of a module. One that imports from elsewhere fails: a frame has no network. */
async function load(text: string): Promise<WidgetModule> {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    const module = await import(/* @vite-ignore */ url);
    const made = typeof module.default === "function" ? await module.default() : module.default;
    return made ?? module;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The model as a widget's own code sees it. */
function modelFor(model: WidgetModel) {
  return {
    get: (name: string) => model.get(name),
    set: (name: string, value: unknown) => model.set(name, value),
    save_changes: () => model.save_changes(),
    send: (content: unknown, callbacks?: never, buffers?: ArrayBuffer[]) =>
      model.send(content as never, callbacks, buffers),
    on: (name: string, callback: () => void) => model.on(name, callback),
    off: (name?: string, callback?: () => void) => model.off(name, callback),
    widget_manager: model.widget_manager,
  };
}

/** What anywidget calls experimental: commands, which the widget's Python half answers. */
function experimentalFor(model: WidgetModel) {
  return {
    invoke: (name: string, message?: unknown, options?: Parameters<typeof invoke>[3]) =>
      invoke(model as unknown as CommandModel, name, message, options),
  };
}

function asCleanUp(value: unknown): CleanUp {
  return typeof value === "function" ? (value as () => void) : undefined;
}

/** The model of an anywidget: its code comes with its state. */
export class AnyModel extends DOMWidgetModel {
  #module: Promise<WidgetModule> | undefined;

  override defaults() {
    return {
      ...super.defaults(),
      _model_name: "AnyModel",
      _model_module: "anywidget",
      _view_name: "AnyView",
      _view_module: "anywidget",
    };
  }

  /** As it goes to the kernel. The library's own way by JSON would lose what is binary in it. */
  override serialize(state: Record<string, unknown>): ReturnType<DOMWidgetModel["serialize"]> {
    const { serializers = {} } = this.constructor as typeof DOMWidgetModel;
    const made = Object.entries(state).map(([name, value]) => {
      const serialize = serializers[name]?.serialize;
      if (serialize) return [name, serialize(value, this)];
      return [name, nested.has(name) ? JSON.parse(JSON.stringify(value)) : structuredClone(value)];
    });
    return Object.fromEntries(made);
  }

  /** Its code, loaded once and told of the model once. */
  code(): Promise<WidgetModule> {
    this.#module ??= load(String(this.get("_esm") ?? "")).then(async (module) => {
      await module.initialize?.({
        model: modelFor(this),
        experimental: experimentalFor(this),
      });
      return module;
    });
    return this.#module;
  }
}

/** A view of an anywidget, in an element of its own. */
export class AnyView extends DOMWidgetView {
  #cleanUp: CleanUp;

  override async render(): Promise<void> {
    super.render();
    const model = this.model as AnyModel;
    this.#dress(model);
    try {
      const module = await model.code();
      this.#cleanUp = asCleanUp(
        await module.render?.({
          model: modelFor(model),
          el: this.el,
          experimental: experimentalFor(model),
        }),
      );
    } catch (error) {
      console.error(error);
      const asksNetwork = /(?:from|import)\s*\(?\s*["']https?:/.test(String(model.get("_esm")));
      putSentence(
        this.el,
        asksNetwork
          ? "This control loads parts from the network, which outputs on this page may not."
          : `This control could not be started: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  override remove(): void {
    this.#cleanUp?.();
    super.remove();
  }

  #dress(model: AnyModel): void {
    const css = model.get("_css");
    if (typeof css !== "string" || css === "") return;
    const id = `css-${model.model_id}`;
    if (document.getElementById(id)) return;
    const style = Object.assign(document.createElement("style"), { id, textContent: css });
    document.head.append(style);
  }
}
