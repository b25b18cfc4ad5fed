import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { listTokens, type Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { ownPublications } from "#lib/gallery/index.ts";
import { listSessions } from "#lib/sessions/index.ts";
import { OwnPublications } from "../../components/mine/own-publications.tsx";
import { OwnSessions } from "../../components/mine/own-sessions.tsx";
import { Tokens } from "../../components/mine/tokens.tsx";
import { Section } from "../../components/publication/section.tsx";
import { formatCount } from "../../components/ui/format.ts";
import { user, viewer } from "../../reading.ts";

export const metadata: Metadata = { title: "My papers and sessions", robots: { index: false } };

export default async function MinePage() {
  const [person, asker] = await Promise.all([user(), viewer()]);
  if (!person && asker.visitorId === null) redirect("/sign-in?next=/me");
  const sessions = await listSessions(asker, { open: true });
  return (
    <div className="narrow pt-12">
      <header className="mb-8 flex flex-wrap items-baseline justify-between gap-3">
        <h1 className="text-3xl font-semibold">{person?.name ?? "Your sessions"}</h1>
        {person && (
          <Link href="/publish" className="button button-primary">
            Publish a paper
          </Link>
        )}
      </header>
      {!person && (
        <p className="mb-6 max-w-measure">
          What you ran in this browser is kept for {formatCount(config().visitorDays, "day")} after
          its last use. <Link href="/sign-in?next=/me">Sign in</Link> and it is kept for longer, and
          wherever you sign in.
        </p>
      )}
      <Section
        id="sessions"
        title={person ? "Sessions and what is kept of them" : "In this browser"}
      >
        <OwnSessions initial={sessions} />
      </Section>
      {person && <OwnPapers asker={asker} />}
    </div>
  );
}

async function OwnPapers({ asker }: { asker: Viewer }) {
  const [publications, tokens] = await Promise.all([ownPublications(asker), listTokens(asker)]);
  const drafts = publications.filter(({ draft }) => draft);
  const published = publications.filter(({ versions }) => versions.length > 0);
  return (
    <>
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
    </>
  );
}
