import * as vega from "vega";
import embed, { type EmbedOptions, type VisualizationSpec } from "vega-embed";
import * as vegaLite from "vega-lite";
import { chartSentences } from "../../messages.ts";
import { putSentence } from "../put-html.ts";

/** JSON of more characters than this makes a drawing of so many parts that a canvas serves better than an SVG. */
const large = 500_000;

/** Loads nothing: a frame has no network. Says once for each address what is left out. */
function closedLoader(element: HTMLElement): vega.Loader {
  const told = new Set<string>();
  const refuse = async (uri: string): Promise<never> => {
    const { host, protocol } = new URL(uri, "https://the-archive.invalid");
    const address = protocol.startsWith("http") ? host : protocol;
    if (!told.has(address)) {
      told.add(address);
      const note = document.createElement("div");
      putSentence(note, chartSentences.outside(address));
      element.after(note);
    }
    throw new Error(`${address} is outside of this frame`);
  };
  const own = vega.loader();
  return { ...own, load: refuse, http: refuse, file: refuse, sanitize: sanitizer(own, refuse) };
}

/** Pictures in data addresses may be shown; links and pictures from elsewhere may not. */
function sanitizer(
  own: vega.Loader,
  refuse: (uri: string) => Promise<never>,
): vega.Loader["sanitize"] {
  return (uri, options) => (/^data:image\//i.test(uri) ? own.sanitize(uri, options) : refuse(uri));
}

/** Its menu is left away: it saves files and opens other pages, which a frame may not. */
function draw(element: HTMLElement, spec: VisualizationSpec, options: EmbedOptions) {
  return embed(element, spec, {
    ...options,
    actions: false,
    // Expressions are interpreted, not compiled: nothing here depends on `eval`.
    ast: true,
    loader: closedLoader(element),
  });
}

const vegaEmbed = (place: HTMLElement | string, spec: VisualizationSpec, options: EmbedOptions) => {
  const element = typeof place === "string" ? document.querySelector<HTMLElement>(place) : place;
  if (!element) return Promise.reject(new Error("the place of the chart is not there"));
  return draw(element, spec, options);
};

// What a library's users find where they have loaded it themselves.
Object.assign(globalThis, { vega, vegaLite, vegaEmbed });

globalThis.colophonFrame?.addLibrary("vega", {
  async draw(element, json) {
    await draw(element, JSON.parse(json), { renderer: json.length > large ? "canvas" : "svg" });
  },

  /** Altair's own HTML fetches what it does not find under the versions that it names: it finds ours. */
  prepare(_element, html) {
    const names = html.matchAll(/maybeLoadScript\("(vega(?:-lite|-embed)?)", "([^"]{1,40})"\)/g);
    const versions = [...names].map(([, name = "", version]) => [
      `${name.replace("-", "")}_version`,
      version,
    ]);
    Object.assign(globalThis, { VEGA_DEBUG: Object.fromEntries(versions) });
  },
});
