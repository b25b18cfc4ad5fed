import type { Output } from "#lib/notebooks/index.ts";

/** What the outputs of one live cell are shown from. */
export interface LiveOutputsProps {
  /** The cell's outputs so far, as nbformat has them with joined strings; grows while the cell runs. */
  outputs: Output[];
  /** The cell's id in the notebook: outputs of one cell keep their frames while they grow. */
  cellId: string;
  /** Where widgets reach the kernel; null while none is attached. One relay serves all cells of a page. */
  relay: Relay | null;
  /** For screen readers: "code cell 2, under “Separating the rise”". */
  caption: string;
  /** Whether the cell runs: told to assistive technology. */
  running?: boolean;
}

/**
 * Passes the messages of widgets between one kernel and the frames that show them. Nothing else passes: a frame
 * holds strangers' scripts and may neither run code nor stop the kernel.
 */
export interface Relay {
  /**
   * Joins a frame by its end of a message channel. Gives a function that parts them again. The frame's first
   * message starts the traffic; malformed and forbidden messages are dropped.
   */
  attach(port: MessagePort): () => void;
  /** Keeps an output that only brings scripts (a chart library, say): frames of later cells get it first. */
  share(cellId: string, html: string): void;
  /** What earlier cells have shared, in the order in which it came; without the cell's own. */
  shared(cellId: string): string[];
  /** Ends the traffic: all frames are told that their widgets are without a kernel. */
  dispose(): void;
}
