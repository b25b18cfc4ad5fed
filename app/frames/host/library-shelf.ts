import type { Library } from "../messages.ts";

/** A chart library as a frame uses it. */
export interface ChartLibrary {
  /** Draws a chart, given as JSON, into an element. Throws where it cannot. */
  draw?(element: HTMLElement, json: string): Promise<void>;
  /** Readies the frame for HTML or a script that was written for the library. Throws where that cannot be shown. */
  prepare?(element: HTMLElement, content: string): void;
}

interface Place {
  library: Promise<ChartLibrary>;
  isThere: boolean;
  settle: (library: ChartLibrary) => void;
  fail: (error: Error) => void;
}

/** The libraries that a frame has, or has asked its page for. Each is asked for once. */
export class LibraryShelf {
  readonly #places = new Map<Library, Place>();
  readonly #ask: (name: Library) => void;

  constructor(ask: (name: Library) => void) {
    this.#ask = ask;
  }

  get(name: Library): Promise<ChartLibrary> {
    const known = this.#places.get(name);
    if (known) return known.library;
    const { promise, resolve, reject } = Promise.withResolvers<ChartLibrary>();
    this.#places.set(name, { library: promise, isThere: false, settle: resolve, fail: reject });
    this.#ask(name);
    return promise;
  }

  /** A library's own code calls it once it stands ready. */
  add(name: Library, library: ChartLibrary): void {
    const place = this.#places.get(name);
    if (!place) return;
    place.isThere = true;
    place.settle(library);
  }

  /** The library cannot be had: whoever waits is told, and the next one asks again. Nothing once it was added. */
  lack(name: Library): void {
    const place = this.#places.get(name);
    if (!place || place.isThere) return;
    this.#places.delete(name);
    place.fail(new LibraryMissing());
  }
}

/** A library that the page could not hand over. */
export class LibraryMissing extends Error {
  override name = "LibraryMissing";
}

/** Whether an error is a LibraryMissing, of whichever of a frame's bundles: each has the class anew. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === "LibraryMissing";
}
