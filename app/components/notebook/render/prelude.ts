/**
 * Whether an HTML output shows nothing and only brings scripts or styles, as chart libraries do once before the first
 * chart: later outputs need it in their own frames.
 */
export function isPrelude(html: string): boolean {
  if (!/<script[\s>]/i.test(html)) return false;
  const rest = html
    .replace(/<script\b[^>]*>[\s\S]*?<\/script\s*>/gi, "")
    .replace(/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<\/?(?:div|span|html|head|body|meta|link)\b[^>]*>/gi, "");
  return rest.trim() === "";
}
