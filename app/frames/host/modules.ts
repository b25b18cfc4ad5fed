type Factory = (...dependencies: unknown[]) => unknown;

/**
 * Just enough of `require` and `define` for outputs written for the classic notebook: a library that an output
 * defines can be required by a later one. Nothing is loaded: a frame has no network. `define.amd` stays unset, so that
 * a library which is simply pasted into an output still makes its global.
 */
export function provideModules(scope: typeof globalThis, missing: (name: string) => void): void {
  const known = new Map<string, unknown>();

  const make = (names: string[] | null, factory: unknown): unknown => {
    if (typeof factory !== "function") return factory;
    const module = { exports: {} as unknown };
    const given: Record<string, unknown> = { require, exports: module.exports, module };
    const dependencies = (names ?? ["require", "exports", "module"]).map((name) =>
      name in given ? given[name] : known.get(name),
    );
    return (factory as Factory)(...dependencies) ?? module.exports;
  };

  const define = (...parts: unknown[]): void => {
    const name = typeof parts[0] === "string" ? parts[0] : null;
    const names = parts.find((part) => Array.isArray(part)) as string[] | undefined;
    const made = make(names ?? null, parts.at(-1));
    if (name !== null) known.set(name, made);
  };

  const require = (wanted: unknown, then?: unknown): unknown => {
    const names = Array.isArray(wanted) ? wanted.map(String) : [String(wanted)];
    const absent = names.find((name) => !known.has(name));
    if (absent !== undefined) {
      missing(absent);
      return undefined;
    }
    const found = names.map((name) => known.get(name));
    if (typeof then === "function") (then as Factory)(...found);
    return Array.isArray(wanted) ? undefined : found[0];
  };

  Object.assign(require, {
    config: () => undefined,
    undef: (name: string) => known.delete(name),
    defined: (name: string) => known.has(name),
  });
  Object.assign(scope, { require, requirejs: require, define });
}
