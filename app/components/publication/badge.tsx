import { config } from "#lib/config.ts";
import { BadgeSnippets } from "./badge-snippets.tsx";
import { Section } from "./section.tsx";

/** A badge for a README or a home page, in the three notations that people need. */
export function Badge({ doi }: { doi: string }) {
  const image = `${config().url}/badge/${doi}.svg`;
  const target = `${config().url}/doi/${doi}`;
  const snippets = [
    { id: "Markdown", text: `[![Run this paper](${image})](${target})` },
    {
      id: "reStructuredText",
      text: `.. image:: ${image}\n   :target: ${target}\n   :alt: Run this paper`,
    },
    { id: "HTML", text: `<a href="${target}"><img src="${image}" alt="Run this paper"></a>` },
  ];
  return (
    <Section id="badge" title="Badge">
      <img src={`/badge/${doi}.svg`} alt="Badge: run this paper" height={20} className="mb-3 h-5" />
      <BadgeSnippets snippets={snippets} />
    </Section>
  );
}
