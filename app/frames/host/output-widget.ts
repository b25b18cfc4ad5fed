import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";
import type { Output } from "#lib/notebooks/index.ts";
import { putOutputs, type WidgetDisplay } from "./put-outputs.ts";

/** The Output widget: what the kernel gives inside of `with out:`. The relay fills it, so that all frames show the same. */
export class OutputModel extends DOMWidgetModel {
  override defaults() {
    return {
      ...super.defaults(),
      _model_name: "OutputModel",
      _view_name: "OutputView",
      _model_module: "@jupyter-widgets/output",
      _view_module: "@jupyter-widgets/output",
      msg_id: "",
      outputs: [],
    };
  }
}

/** Shows what an Output widget holds. */
export class OutputView extends DOMWidgetView {
  override render(): void {
    super.render();
    this.el.classList.add("jupyter-widgets-output-area");
    this.listenTo(this.model, "change:outputs", () => this.#fill());
    this.#fill();
  }

  #fill(): void {
    const outputs: Output[] = this.model.get("outputs") ?? [];
    // The one manager of a frame is ours.
    putOutputs(this.el, outputs, this.model.widget_manager as unknown as WidgetDisplay);
  }
}
