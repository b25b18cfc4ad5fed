// The reading half of citation-js, which only tests use: the independent library that our formats must satisfy.
declare module "@citation-js/core" {
  interface Item {
    type?: string;
    title?: string;
    version?: string;
    DOI?: string;
    author?: { family?: string; given?: string; literal?: string }[];
    issued?: { "date-parts": number[][] };
  }
  export class Cite {
    constructor(input: unknown, options: { forceType: string });
    data: Item[];
  }
}
declare module "@citation-js/plugin-bibtex";
