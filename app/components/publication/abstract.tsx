import type { VersionView } from "#lib/archive/index.ts";
import { fileUrl } from "../notebook/place.ts";
import { renderMarkdown } from "../notebook/render/markdown.ts";
import { SafeHtmlView } from "../notebook/safe-html-view.tsx";
import { Section } from "./section.tsx";

/** What the authors say the work is about, with its keywords. */
export async function Abstract({ version, filesUrl }: { version: VersionView; filesUrl: string }) {
  const { description, keywords } = version.metadata;
  const html = await renderMarkdown(description, {
    idPrefix: "abstract-text",
    resolveFile: (path) => fileUrl(filesUrl, path),
  });
  return (
    <Section id="abstract" title="Abstract">
      {description ? (
        <SafeHtmlView className="prose" html={html} />
      ) : (
        <p className="text-quiet">The authors gave none.</p>
      )}
      {keywords.length > 0 && (
        <p className="mt-4 text-sm">
          <span className="text-quiet">Keywords: </span>
          {keywords.join(", ")}
        </p>
      )}
    </Section>
  );
}
