/** Puts HTML into an element and runs its scripts, which setting innerHTML alone does not. */
export function putHtml(element: HTMLElement, html: string): void {
  element.innerHTML = html;
  for (const inert of element.querySelectorAll("script")) {
    const script = document.createElement("script");
    for (const { name, value } of inert.attributes) script.setAttribute(name, value);
    script.textContent = inert.textContent;
    inert.replaceWith(script);
  }
}

/** Runs JavaScript as notebooks do, below what the place holds: `element` is where it may draw. */
export function runScript(place: HTMLElement, code: string): void {
  const script = document.createElement("script");
  script.textContent = `{ const element = document.currentScript.parentElement; ${code}\n}`;
  place.append(script);
}

/** A sentence for the reader in place of what cannot be shown. */
export function putSentence(element: HTMLElement, sentence: string): void {
  const note = document.createElement("p");
  note.className = "colophon-note";
  note.textContent = sentence;
  element.replaceChildren(note);
}
