/**
 * The nonce that this page's policy asks of style sheets which scripts write (CodeMirror's `EditorView.cspNonce`,
 * say); undefined where the page has none. For the browser only.
 */
export function pageNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined;
}
