import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { Widget } from "@lumino/widgets";
import type { ToFrame, WidgetState } from "../../components/live/outputs/relay-messages.ts";
import {
  type CellOutputs,
  noOutputs,
  reduceOutputs,
} from "../../components/live/outputs-reducer.ts";
import { AnyModel, AnyView } from "./any-widget.ts";
import { FrameComm } from "./frame-comm.ts";
import { OutputModel, OutputView } from "./output-widget.ts";
import { putOutputs } from "./put-outputs.ts";
import { unknownModel, unknownView } from "./unknown-widget.ts";

type ModelClass = typeof base.WidgetModel;
type ViewClass = typeof base.WidgetView;

const modules: Record<string, Record<string, unknown>> = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  "@jupyter-widgets/output": { OutputModel, OutputView },
  anywidget: { AnyModel, AnyView },
};

function find(moduleName: string, className: string): unknown {
  const module = Object.hasOwn(modules, moduleName) ? modules[moduleName] : undefined;
  return module && className in module ? module[className] : undefined;
}

/** The widgets of one frame: their models follow the kernel through the frame's channel. */
export class FrameManager extends ManagerBase {
  readonly #comms = new Map<string, FrameComm>();
  readonly #waiting = new Map<string, ((isThere: boolean) => void)[]>();
  #port: MessagePort | null = null;
  #isComplete = false;
  #printed: CellOutputs = noOutputs;

  connect(port: MessagePort): void {
    this.#port = port;
  }

  /** The kernel has gone: what is shown stays as it is. */
  leave(): void {
    this.disconnect();
    for (const resolvers of this.#waiting.values()) for (const resolve of resolvers) resolve(false);
    this.#waiting.clear();
  }

  /** Shows a widget in an element; false where the kernel has no such widget. */
  async display(modelId: string, element: HTMLElement): Promise<boolean> {
    if (!(await this.#isThere(modelId))) return false;
    const model = (await this.get_model(modelId)) as base.DOMWidgetModel;
    const view = await this.create_view(model);
    element.replaceChildren();
    Widget.attach(view.luminoWidget, element);
    return true;
  }

  hear(message: Exclude<ToFrame, { kind: "ended" }>): void {
    switch (message.kind) {
      case "models":
        this.#isComplete ||= message.complete;
        for (const { id, state } of message.models) this.#add(id, state);
        this.#settle();
        break;
      case "message":
        this.#comms.get(message.commId)?.hear(message);
        break;
      case "close":
        this.#comms.get(message.commId)?.closed();
        this.#comms.delete(message.commId);
        break;
      case "answer":
        for (const comm of this.#comms.values()) if (comm.answer(message)) break;
        break;
      case "outputs":
        this.get_model(message.commId).then(
          (model) => model.set("outputs", message.outputs),
          (error: unknown) => console.error(error),
        );
        break;
    }
  }

  /** What a widget's callback prints outside of any Output widget stands below the widgets. */
  override callbacks(): base.ICallbacks {
    const print = (message: unknown) => {
      this.#printed = reduceOutputs(this.#printed, message as Parameters<typeof reduceOutputs>[1]);
      let place = document.getElementById("colophon-printed");
      if (!place) {
        place = Object.assign(document.createElement("div"), { id: "colophon-printed" });
        document.body.append(place);
      }
      putOutputs(place, this.#printed.outputs, this);
    };
    return { iopub: { output: print, clear_output: print } };
  }

  override async loadModelClass(name: string, moduleName: string): Promise<ModelClass> {
    return (find(moduleName, name) ?? unknownModel(name, moduleName)) as ModelClass;
  }

  override async loadViewClass(name: string, moduleName: string): Promise<ViewClass> {
    return (find(moduleName, name) ?? unknownView(name, moduleName)) as ViewClass;
  }

  protected override loadClass(): Promise<ModelClass | ViewClass> {
    throw new Error("classes are found by loadModelClass and loadViewClass");
  }

  /** A frame makes no widgets of its own. */
  protected override _create_comm(): Promise<base.IClassicComm> {
    return Promise.reject(new Error("Only the notebook's code can make widgets."));
  }

  protected override _get_comm_info(): Promise<object> {
    return Promise.resolve({});
  }

  #add(id: string, state: WidgetState): void {
    if (this.has_model(id)) return;
    const comm = new FrameComm(id, this.#port);
    this.#comms.set(id, comm);
    const text = (key: string) => (typeof state[key] === "string" ? state[key] : "");
    this.new_model(
      {
        model_name: text("_model_name"),
        model_module: text("_model_module"),
        model_module_version: text("_model_module_version"),
        model_id: id,
        comm,
      },
      state,
    ).catch((error: unknown) => console.error(error));
  }

  #isThere(modelId: string): Promise<boolean> {
    if (this.has_model(modelId)) return Promise.resolve(true);
    if (this.#isComplete) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.set(modelId, [...(this.#waiting.get(modelId) ?? []), resolve]);
    });
  }

  #settle(): void {
    for (const [id, resolvers] of this.#waiting) {
      const isThere = this.has_model(id);
      if (!isThere && !this.#isComplete) continue;
      for (const resolve of resolvers) resolve(isThere);
      this.#waiting.delete(id);
    }
  }
}
