// citation-js ships no types: the little of it that is used here.
declare module "@citation-js/core" {
  interface Register {
    has(name: string): boolean;
    add(name: string, value: string): void;
    list(): string[];
  }
  export const plugins: {
    output: { format(format: string, data: object[], options: Record<string, unknown>): string };
    config: { get(plugin: "@csl"): { styles: Register; locales: Register } };
  };
}
declare module "@citation-js/plugin-csl";
