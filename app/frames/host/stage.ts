import { type FrameItem, widgetSentences } from "../messages.ts";
import type { LibraryShelf } from "./library-shelf.ts";
import { provideModules } from "./modules.ts";
import { putHtml, putSentence } from "./put-html.ts";
import { putItem } from "./put-item.ts";

/** Shows a widget in an element; the bundle of widgets brings it. */
export type ShowWidget = (modelId: string, element: HTMLElement) => void;

/** What a frame shows, kept in step with what the page says it should. */
export class Stage {
  readonly #root: HTMLElement;
  readonly #libraries: LibraryShelf;
  readonly #shown: { item: FrameItem; element: HTMLElement }[] = [];
  readonly #preludes = new Set<string>();
  #showWidget: ShowWidget | null = null;

  constructor(root: HTMLElement, libraries: LibraryShelf) {
    this.#root = root;
    this.#libraries = libraries;
    provideModules(globalThis, (name) => {
      const last = this.#shown.at(-1)?.element ?? root;
      const note = document.createElement("div");
      putSentence(note, `This output needs the library “${name}”, which it does not bring along.`);
      last.append(note);
    });
  }

  /** Runs what is new among the preludes, keeps what is shown already as far as it is the same, and puts the rest anew. */
  show(preludes: string[], items: FrameItem[]): void {
    for (const html of preludes) this.#runPrelude(html);
    let same = 0;
    while (same < items.length && this.#isShown(same, items[same])) same += 1;
    for (const { element } of this.#shown.splice(same)) element.remove();
    for (const item of items.slice(same)) this.#put(item);
  }

  /** From now on widgets can be shown; those that wait already are. */
  useWidgets(show: ShowWidget): void {
    this.#showWidget = show;
    for (const { item, element } of this.#shown) {
      if (item.kind === "widget") show(item.content, element);
    }
  }

  #isShown(index: number, item: FrameItem | undefined): boolean {
    const shown = this.#shown[index]?.item;
    return shown?.kind === item?.kind && shown?.content === item?.content;
  }

  #put(item: FrameItem): void {
    const element = document.createElement("div");
    element.className = "colophon-output";
    this.#shown.push({ item, element });
    this.#root.append(element);
    if (item.kind !== "widget") putItem(element, item, (name) => this.#libraries.get(name));
    else if (this.#showWidget) this.#showWidget(item.content, element);
    else putSentence(element, widgetSentences.loading);
  }

  #runPrelude(html: string): void {
    if (this.#preludes.has(html)) return;
    this.#preludes.add(html);
    const place = document.createElement("div");
    place.hidden = true;
    document.body.append(place);
    putHtml(place, html);
  }
}
