import type { SessionView } from "#lib/sessions/index.ts";
import type { MatchedCell } from "./notebook-document.ts";
import type { LiveOutput } from "./outputs-reducer.ts";

/** How far a page is on its way from paper to running notebook. */
export type Phase =
  /** Nothing runs: the plain paper. */
  | "paper"
  /** A session was asked for and is not there yet. */
  | "starting"
  /** It is there; the page attaches to it. */
  | "attaching"
  | "live"
  /** The session has ended. */
  | "over"
  /** It could not be had. */
  | "failed";

/** A sentence on what went wrong and one on what to do. */
export interface Trouble {
  title: string;
  hint: string;
}

/** Where the reader's changes are. */
export type Saving =
  | { state: "clean"; at: number | null }
  | { state: "pending" | "saving"; at: number | null }
  | { state: "failed"; at: number | null; trouble: Trouble }
  /** Somebody else (JupyterLab) changed the same cells. */
  | { state: "conflict"; at: number | null };

/** What the whole page shows of its session. */
export interface LiveState {
  phase: Phase;
  session: SessionView | null;
  trouble: Trouble | null;
  /** The line to the running code. */
  line: "open" | "lost";
  /** `gone`: it ended by itself, with its variables. */
  kernel: "idle" | "busy" | "restarting" | "gone";
  saving: Saving;
  /** Its end is near unless somebody acts. */
  endsSoon: boolean;
  /** Cells of the present round. */
  round: { done: number; of: number } | null;
  /** Code cells of the workspace's notebook that the publication does not have. */
  extras: MatchedCell[];
  /** Said to who does not see the page. */
  said: string;
}

export type CellStatus = "idle" | "queued" | "running" | "done" | "failed";

/** What one live code cell shows. */
export interface CellState {
  source: string;
  outputs: LiveOutput[];
  /** Whether these outputs come from the reader's own runs, not from the publication. */
  isOwn: boolean;
  status: CellStatus;
  /** Milliseconds since the epoch. */
  startedAt: number | null;
  seconds: number | null;
  count: number | null;
  showing: "published" | "yours";
  /** A question that the code asks: `input()`. */
  question: { prompt: string; isSecret: boolean } | null;
}

/** What a paper offers to run. */
export interface LiveRequest {
  /** A published version, or a fork's draft. */
  subject: { doi: string } | { fork: string };
  path: string;
}
