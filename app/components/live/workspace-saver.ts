import type { Contents } from "@jupyterlab/services";
import { ServerConnection } from "@jupyterlab/services";
import { mergeNotebooks } from "./merge.ts";
import { type RawNotebook, readRaw } from "./notebook-document.ts";
import type { Saving } from "./state.ts";

interface Hooks {
  /** The notebook as the page has it now. */
  read: () => RawNotebook;
  /** Somebody else changed the file too: this is both changes together. */
  onMerged: (notebook: RawNotebook) => void;
  onChange: (saving: Saving) => void;
}

const quietMs = 2_000;
const retryMs = 5_000;

/** Keeps the notebook file of the workspace as the page has it, without ever writing over what somebody else wrote. */
export class WorkspaceSaver {
  readonly #drive: Contents.IDrive;
  readonly #path: string;
  readonly #hooks: Hooks;
  /** The file as we last knew it. */
  #base: RawNotebook;
  #lastModified: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #isDirty = false;
  #isHeld = false;
  #preferred: "mine" | "theirs" | null = null;
  #isClosed = false;
  #savedAt: number | null = null;

  constructor(drive: Contents.IDrive, file: Contents.IModel, base: RawNotebook, hooks: Hooks) {
    this.#drive = drive;
    this.#path = file.path;
    this.#lastModified = file.last_modified;
    this.#base = structuredClone(base);
    this.#hooks = hooks;
  }

  get isDirty(): boolean {
    return this.#isDirty;
  }

  /** Something changed: it is saved when nothing more changes for two seconds. */
  touch(): void {
    this.#isDirty = true;
    if (this.#isHeld) return;
    this.#hooks.onChange({ state: "pending", at: this.#savedAt });
    this.#schedule(quietMs);
  }

  /** Saves now what is not saved yet; resolves when the file has it, or cannot have it. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    if (!this.#isDirty || this.#isHeld || this.#isClosed) return;
    this.#running = this.#save().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** The person has decided a conflict: whose text it shall be where both wrote. All else of both stays. */
  async resolve(preferred: "mine" | "theirs"): Promise<void> {
    this.#preferred = preferred;
    this.#isHeld = false;
    this.#isDirty = true;
    await this.flush();
    this.#preferred = null;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.flush(), ms);
  }

  async #save(): Promise<void> {
    this.#isDirty = false;
    this.#hooks.onChange({ state: "saving", at: this.#savedAt });
    try {
      const now = await this.#drive.get(this.#path, { content: false });
      if (now.last_modified !== this.#lastModified && !(await this.#takeIn())) return;
      const content = this.#hooks.read();
      const written = structuredClone(content);
      const saved = await this.#drive.save(this.#path, {
        type: "notebook",
        format: "json",
        content: written,
      });
      this.#base = written;
      this.#lastModified = saved.last_modified;
      this.#savedAt = Date.now();
      this.#hooks.onChange({ state: this.#isDirty ? "pending" : "clean", at: this.#savedAt });
    } catch (error) {
      this.#isDirty = true;
      this.#hooks.onChange({ state: "failed", at: this.#savedAt, trouble: troubleOf(error) });
      this.#schedule(retryMs);
    }
  }

  /** Takes in what somebody else wrote. False where both changed the same text: the person has to say. */
  async #takeIn(): Promise<boolean> {
    const file = await this.#drive.get(this.#path, {
      type: "notebook",
      format: "json",
      content: true,
    });
    const theirs = readRaw(file.content);
    if (!theirs) throw new Error("The notebook file holds no notebook any more.");
    const mine = this.#hooks.read();
    const { notebook, conflicts } = mergeNotebooks(
      this.#base,
      mine,
      theirs,
      this.#preferred ?? "mine",
    );
    if (conflicts.length > 0 && this.#preferred === null) {
      this.#isHeld = true;
      this.#isDirty = true;
      this.#hooks.onChange({ state: "conflict", at: this.#savedAt });
      return false;
    }
    this.#base = theirs;
    this.#lastModified = file.last_modified;
    this.#hooks.onMerged(notebook);
    return true;
  }
}

function troubleOf(error: unknown): { title: string; hint: string } {
  if (error instanceof ServerConnection.ResponseError) {
    const isFull = error.response.status === 507 || /no space|quota/i.test(error.message);
    if (isFull) {
      return {
        title: "Your workspace is full",
        hint: "Delete files that the run has written, or save what you have as a fork.",
      };
    }
    return { title: "Your changes could not be saved", hint: error.message.slice(0, 300) };
  }
  return {
    title: "Your changes could not be saved",
    hint: "They are kept in this page, and it tries again every few seconds.",
  };
}
