/**
 * Browsers that block third-party cookies withhold localStorage from a page in another site's frame as well, and
 * JupyterLab without it reloads itself for ever (it looks there for its other windows). In a frame its page
 * therefore gets one that lasts as long as the page; where the browser grants its own, nothing changes.
 */
const script = `<script>for (const name of ["localStorage", "sessionStorage"]) {
  try { window[name]; } catch {
    const kept = new Map();
    const methods = {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => { kept.set(String(key), String(value)); },
      removeItem: (key) => { kept.delete(String(key)); },
      clear: () => kept.clear(),
      key: (at) => [...kept.keys()][at] ?? null,
    };
    const storage = new Proxy(methods, {
      get: (_, key) => key === "length" ? kept.size : methods[key] ?? kept.get(key),
      set: (_, key, value) => { kept.set(key, String(value)); return true; },
      has: (_, key) => kept.has(key),
      deleteProperty: (_, key) => { kept.delete(key); return true; },
      ownKeys: () => [...kept.keys()],
      getOwnPropertyDescriptor: (_, key) => kept.has(key)
        ? { value: kept.get(key), enumerable: true, configurable: true, writable: true } : undefined,
    });
    Object.defineProperty(window, name, { value: storage, configurable: true });
  }
}</script>`;

/** Whether a request is for JupyterLab's page, to be shown in a frame. */
export function isLabInFrame(path: string, destination: string | string[] | undefined): boolean {
  return destination === "iframe" && /^\/s\/[^/]+\/lab(?:\/(?!api\/|extensions\/)|$)/.test(path);
}

/** The page with a storage of its own in case the browser grants none. */
export function withFrameStorage(html: Buffer): Buffer {
  const text = html.toString("utf8");
  return Buffer.from(text.replace(/<head(?:\s[^>]*)?>/i, (head) => `${head}${script}`));
}
