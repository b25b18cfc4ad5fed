import { DOMWidgetModel, DOMWidgetView, type ISerializers } from "@jupyter-widgets/base";
import { putSentence } from "./put-html.ts";

/** Stands for a widget whose code is not here. Its state is kept as it came. */
export function unknownModel(name: string, moduleName: string): typeof DOMWidgetModel {
  return class UnknownModel extends DOMWidgetModel {
    static override serializers: ISerializers = { ...DOMWidgetModel.serializers };

    override defaults() {
      return { ...super.defaults(), _view_name: name, _view_module: moduleName };
    }
  };
}

/** Says what is missing and where it can be used. */
export function unknownView(name: string, moduleName: string): typeof DOMWidgetView {
  return class UnknownView extends DOMWidgetView {
    override render(): void {
      super.render();
      putSentence(
        this.el,
        `The control “${name}” of the package “${moduleName}” cannot be shown on this page. Open the notebook in JupyterLab to use it.`,
      );
    }
  };
}
