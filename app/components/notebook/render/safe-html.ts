declare const safe: unique symbol;

/**
 * HTML that may be put into a page as it is. Only the functions of this folder make it, each from text that it
 * escaped or from a tree that went through the sanitiser: the type is the proof.
 */
export type SafeHtml = string & { readonly [safe]: true };

/** Marks HTML as safe. To be called by this folder's functions alone, on what they escaped or sanitised. */
export function markSafe(html: string): SafeHtml {
  return html as SafeHtml;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any text as HTML text or as a quoted attribute's value. */
export function escapeHtml(text: string): SafeHtml {
  return markSafe(text.replace(/[&<>"']/g, (character) => entities[character] ?? character));
}
