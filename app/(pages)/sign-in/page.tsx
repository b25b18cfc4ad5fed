import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { config } from "#lib/config.ts";
import { ownPath } from "../../components/account/own-path.ts";
import { SignInForm } from "../../components/account/sign-in-form.tsx";
import { user } from "../../reading.ts";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: "Sign in", robots: { index: false } };

export default async function SignInPage({ searchParams }: Props) {
  const next = ownPath((await searchParams).next);
  if (await user()) redirect(next);
  return (
    <div className="narrow pt-14">
      <h1 className="mb-2 text-3xl font-semibold">Sign in</h1>
      <p className="mb-6 max-w-measure text-quiet">
        {next.startsWith("/fork")
          ? "A fork belongs to somebody: sign in and it is made at once. Nothing of what you did is lost."
          : "Reading and running papers needs no account. Forking and publishing do."}
      </p>
      <SignInForm mode="in" next={next} signUpOpen={config().signUp === "open"} />
    </div>
  );
}
