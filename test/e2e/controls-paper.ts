import { tarOf } from "#test/support/bundle.ts";
import { Api } from "#test/support/system-api.ts";

const painted = `
import anywidget
import numpy as np
import traitlets
from anywidget.experimental import command

class Painted(anywidget.AnyWidget):
    """Shows the bytes of an array; a button sends them back doubled, another has Python multiply some."""
    _esm = """
    function render({ model, el, experimental }) {
      const told = document.createElement("p");
      const ask = document.createElement("button");
      ask.textContent = "Ask";
      ask.onclick = async () => {
        const bytes = new Uint8Array([2, 3]).buffer;
        const [answer, buffers] = await experimental.invoke("times", { by: 4 }, { buffers: [bytes] });
        told.textContent = answer.say + " " + buffers[0].getUint8(0) + " " + buffers[0].getUint8(1);
      };
      const button = document.createElement("button");
      button.textContent = "Double";
      const read = () => {
        const view = model.get("values");
        return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
      };
      const tell = () => { told.textContent = "values " + read().join(" ") + ", total " + model.get("total"); };
      button.onclick = () => {
        model.set("values", new DataView(read().map((value) => value * 2).buffer));
        model.save_changes();
      };
      model.on("change:values", tell);
      model.on("change:total", tell);
      model.on("msg:custom", (content, buffers) => {
        told.textContent = content.say + " " + buffers[0].getUint8(1);
      });
      tell();
      el.append(told, button, ask);
    }
    export default { render };
    """
    _css = "button { font-weight: 700; }"
    values = traitlets.Bytes().tag(sync=True, from_json=lambda value, _: bytes(value))
    total = traitlets.Float().tag(sync=True)

    @traitlets.observe("values")
    def _add_up(self, change):
        self.total = float(np.frombuffer(change["new"], dtype="float32").sum())

    @command
    def times(self, msg, buffers):
        return {"say": "times " + str(msg["by"])}, [bytes(each * msg["by"] for each in buffers[0])]

painted = Painted(values=np.array([1.5, 2.5], dtype="float32").tobytes())
painted
`;

const chart = `
import plotly.graph_objects as go

figure = go.Figure(go.Scatter(x=[1, 2, 3], y=[4, 1, 7], mode="markers"))
figure.update_layout(title="Three points", height=320)
figure
`;

const stranger = `
import ipywidgets
import traitlets

class Globe(ipywidgets.DOMWidget):
    _model_name = traitlets.Unicode("GlobeModel").tag(sync=True)
    _model_module = traitlets.Unicode("jupyter-globe").tag(sync=True)
    _model_module_version = traitlets.Unicode("1.0.0").tag(sync=True)
    _view_name = traitlets.Unicode("GlobeView").tag(sync=True)
    _view_module = traitlets.Unicode("jupyter-globe").tag(sync=True)
    _view_module_version = traitlets.Unicode("1.0.0").tag(sync=True)

Globe()
`;

/** The cells of the paper: an anywidget, a chart of plotly, a widget whose code is nowhere. */
const cells = { painted, chart, stranger };
const title = "Controls of every kind";
const requirements = [
  "numpy==2.2.6",
  "ipywidgets==8.1.7",
  "anywidget==0.9.18",
  "plotly==6.3.1",
  "nbformat==5.10.4",
];

function notebook(): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
      language_info: { name: "python" },
    },
    cells: [
      { cell_type: "markdown", id: "title", metadata: {}, source: `# ${title}` },
      ...Object.entries(cells).map(([id, source]) => ({
        cell_type: "code",
        id,
        metadata: {},
        source: source.trim(),
        outputs: [],
        execution_count: null,
      })),
    ],
  });
}

/** Publishes the paper, once a system, and waits for its image; gives its slug. */
export async function controlsPaper(): Promise<string> {
  const url = process.env.COLOPHON_TEST_URL ?? "";
  const api = new Api({ url }, process.env.COLOPHON_TEST_TOKEN);
  const found = await api.call("GET", `/api/publications?q=${encodeURIComponent(title)}`);
  const slug = found.body.items.find((item) => item.title === title)?.slug ?? (await publish(api));
  await api.until(
    `/api/publications/${slug}`,
    ({ body }) => {
      const state = body.versions.at(-1)?.environment.state;
      if (state === "failed") throw new Error("the environment of the controls could not be built");
      return state === "built";
    },
    600_000,
  );
  return slug;
}

async function publish(api: Api): Promise<string> {
  const tar = await tarOf({
    "controls.ipynb": notebook(),
    "requirements.txt": requirements.join("\n"),
  });
  return (await api.publish(tar, title)).slug;
}
