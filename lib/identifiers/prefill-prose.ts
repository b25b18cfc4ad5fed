import { firstParagraph, headings, plainText } from "#lib/notebooks/index.ts";
import { normaliseLicense } from "./license.ts";
import { recogniseLicense } from "./license-text.ts";
import type { Said } from "./prefill.ts";
import { line, text as textOf } from "./prefill-clean.ts";

/** The README's first heading as title, its first paragraph of prose as description. */
export function fromReadme(text: string, _path: string): Said {
  const source = text.slice(0, 100_000).replace(/^\uFEFF/, "");
  const html = /<h1\b[^>]{0,300}>([\s\S]{1,1000}?)<\/h1>/i.exec(source)?.[1];
  const [heading] = headings(source);
  const title = line(heading?.text ?? (html && plainText(html)), 500);
  return {
    metadata: { title, description: textOf(firstParagraph(source), 50_000) },
    findings: [],
  };
}

/** The SPDX identifier that a licence's text amounts to. */
export function fromLicense(text: string, path: string): Said {
  const id = recogniseLicense(text);
  const license = id ? normaliseLicense(id) : null;
  if (license) return { metadata: { license }, findings: [] };
  return {
    metadata: {},
    findings: [
      {
        severity: "note",
        code: "license_unrecognised",
        message: "Its text is no licence that is known here; choose one in the form.",
        path,
      },
    ],
  };
}
