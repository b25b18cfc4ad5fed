import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { listTokens } from "#lib/accounts/index.ts";
import { ownPublications } from "#lib/gallery/index.ts";
import { listSessions } from "#lib/sessions/index.ts";
import { OwnPublications } from "../../components/mine/own-publications.tsx";
import { OwnSessions } from "../../components/mine/own-sessions.tsx";
import { Tokens } from "../../components/mine/tokens.tsx";
import { Section } from "../../components/publication/section.tsx";
import { user, viewer } from "../../reading.ts";

export const metadata: Metadata = { title: "My papers and sessions", robots: { index: false } };

export default async function MinePage() {
  const person = await user();
  if (!person) redirect("/sign-in?next=/me");
  const asker = await viewer();
  const [publications, sessions, tokens] = await Promise.all([
    ownPublications(asker),
    listSessions(asker),
    listTokens(asker),
  ]);
  const drafts = publications.filter(({ draft }) => draft);
  const published = publications.filter(({ versions }) => versions.length > 0);
  return (
    <div className="narrow pt-12">
      <header className="mb-8 flex flex-wrap items-baseline justify-between gap-3">
        <h1 className="text-3xl font-semibold">{person.name}</h1>
        <Link href="/publish" className="button button-primary">
          Publish a paper
        </Link>
      </header>
      <Section id="sessions" title="Sessions">
        <OwnSessions initial={sessions} />
      </Section>
      <Section id="drafts" title="Drafts and forks">
        <OwnPublications publications={drafts} kind="draft" />
      </Section>
      <Section id="publications" title="Publications">
        <OwnPublications publications={published} kind="published" />
      </Section>
      <Section id="tokens" title="API tokens">
        <p className="mb-4 max-w-measure text-sm text-quiet">
          For the command line and other programs: they act as you. A token is shown once.
        </p>
        <Tokens initial={tokens} />
      </Section>
    </div>
  );
}
