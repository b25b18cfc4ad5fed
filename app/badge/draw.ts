/** A badge in two fields: the archive's name, and a word on its accent colour; grey where it cannot be run. */
export function drawBadge(word: string, isRunnable = true): string {
  const left = 92;
  const width = left + 22 + word.length * 6.3;
  const fill = isRunnable ? "#a32a14" : "#555a63";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="Colophon: ${word}">
<title>Colophon: ${word}</title>
<rect width="${width}" height="20" rx="3" fill="#1b1e23"/>
<path d="M${left} 0h${width - left - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H${left}z" fill="${fill}"/>
<g fill="#fff" font-family="Georgia,serif" font-size="12"><text x="8" y="14.5" font-weight="bold">¶ Colophon</text>
<text x="${left + 11}" y="14" font-family="Verdana,sans-serif" font-size="11" textLength="${word.length * 6.3}">${word}</text></g>
</svg>
`;
}

/** A badge as an answer that any page may show and keep for an hour. */
export function badgeAnswer(svg: string): Response {
  return new Response(svg, {
    headers: {
      "content-type": "image/svg+xml",
      "cache-control": "public, max-age=3600",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "cross-origin-resource-policy": "cross-origin",
      "access-control-allow-origin": "*",
      "x-content-type-options": "nosniff",
    },
  });
}
