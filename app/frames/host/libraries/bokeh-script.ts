/** The version of Bokeh that a chart's script was made with; null where it does not say. */
export function bokehVersion(content: string): string | null {
  // Bokeh 3 writes it first in a document, Bokeh 2 last.
  const first = /\{\s*"[0-9a-f-]{36}":\s*\{\s*"version":\s*"([\w.+-]{1,40})"/.exec(content);
  if (first?.[1]) return first[1];
  const found = content.matchAll(/"title":\s*"[^"]{0,500}",\s*"version":\s*"([\w.+-]{1,40})"/g);
  return [...found].at(-1)?.[1] ?? null;
}

/** Why BokehJS of version `ours` cannot draw what a script holds, as the end of a sentence; null where it can. */
export function bokehTrouble(content: string, ours: string): string | null {
  const made = bokehVersion(content);
  const major = (version: string) => version.split(".", 1)[0];
  if (made === null || major(made) === major(ours)) return null;
  return `it was made with Bokeh ${made}, and this page draws charts of Bokeh ${major(ours)} only. Open the notebook in JupyterLab to see it.`;
}

/** The ids of the elements into which a script draws: they come as outputs of their own, which need not be here. */
export function bokehRoots(content: string): string[] {
  return [...content.matchAll(/"roots":\s*(\{[^{}]{1,10000}\})/g)].flatMap(([, roots = "{}"]) => {
    const ids = [...roots.matchAll(/":\s*"([\w-]{1,100})"/g)];
    return ids.map(([, id = ""]) => id);
  });
}
