import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getSession } from "#lib/sessions/index.ts";
import { SessionPage } from "../../../components/session/session-page.tsx";
import { orNotFound } from "../../../or-not-found.ts";
import { user, viewer } from "../../../reading.ts";

interface Props {
  params: Promise<{ id: string }>;
}

export const metadata: Metadata = { title: "Session", robots: { index: false } };

/** A running notebook with its bar; afterwards, why the session ended and what is left of it. */
export default async function Session({ params }: Props) {
  const { id } = await params;
  const session = await orNotFound(getSession(id, await viewer()));
  if (session.state === "queued" || session.state === "starting") redirect(`/launch/${id}`);
  return (
    <SessionPage
      key={id}
      initial={session}
      isSignedIn={(await user()) !== null}
      serverNow={new Date().toISOString()}
    />
  );
}
