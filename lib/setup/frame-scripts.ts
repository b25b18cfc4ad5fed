import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { repositoryRoot } from "#lib/config.ts";

const host = path.join(repositoryRoot, "app/frames/host");
const common = {
  bundle: true,
  minify: true,
  write: false,
  legalComments: "none",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".svg": "dataurl" },
  absWorkingDir: repositoryRoot,
} as const;

async function bundled(entry: string, banner = ""): Promise<string> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [path.join(host, entry)],
    format: "iife",
    banner: { js: banner },
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`nothing came of ${entry}`);
  return file.text;
}

/** What its makers have built of a library: our part of the frame finds the global that it makes. */
const prebuilt: Record<string, string[]> = {
  plotly: ["plotly.js-dist-min/plotly.min.js"],
  vega: [],
  bokeh: ["bokeh", "bokeh-widgets", "bokeh-tables"].map(
    (name) => `@bokeh/bokehjs/build/js/${name}.min.js`,
  ),
};

async function library(name: string, files: string[]): Promise<string> {
  const parts = files.map((file) =>
    readFile(path.join(repositoryRoot, "node_modules", file), "utf8"),
  );
  const own = bundled(`libraries/${name}.ts`);
  return (await Promise.all([...parts, own])).join("\n;\n");
}

/**
 * Makes the scripts of the frames that show outputs with scripts: `main.js`, a frame's own, `widgets.js`, what shows
 * ipywidgets in it, with its styles, and one for each chart library. They go beside Next's build, one file each: a frame
 * of an opaque origin loads nothing, its page hands it the text.
 */
export async function buildFrameScripts(folder: string): Promise<void> {
  const styles = await bundled("widgets.css");
  const dress = `document.head.append(Object.assign(document.createElement("style"),{textContent:${JSON.stringify(styles)}}));`;
  await replace(path.join(folder, "main.js"), await bundled("main.ts"));
  await replace(path.join(folder, "widgets.js"), await bundled("widgets.ts", dress));
  for (const [name, files] of Object.entries(prebuilt)) {
    await replace(path.join(folder, `${name}.js`), await library(name, files));
  }
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
