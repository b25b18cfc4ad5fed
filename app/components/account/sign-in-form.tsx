"use client";
import Link from "next/link";
import { useState } from "react";
import { Button, Form } from "react-aria-components";
import { ApiError, send } from "../api.ts";
import { Notice } from "../ui/notice.tsx";
import { TextInput } from "../ui/text-input.tsx";

interface Props {
  mode: "in" | "up";
  /** A path of this portal, already checked. */
  next: string;
  signUpOpen: boolean;
}

/** Signing in or up with e-mail and password, then on to where one was. */
export function SignInForm({ mode, next, signUpOpen }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();

  const submit = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const fields = Object.fromEntries(new FormData(event.currentTarget));
      await send("POST", `/api/auth/sign-${mode}/email`, fields);
      location.assign(next);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
      setBusy(false);
    }
  };
  const other = `/sign-${mode === "in" ? "up" : "in"}?next=${encodeURIComponent(next)}`;

  return (
    // Without its script the form must not put a password into an address.
    <Form method="post" onSubmit={submit} className="grid max-w-96 gap-4">
      <noscript>Signing in needs JavaScript.</noscript>
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
      {mode === "up" && (
        <TextInput name="name" label="Name" autoComplete="name" isRequired maxLength={200} />
      )}
      <TextInput name="email" type="email" label="E-mail" autoComplete="email" isRequired />
      <TextInput
        name="password"
        type="password"
        label="Password"
        autoComplete={mode === "in" ? "current-password" : "new-password"}
        isRequired
        {...(mode === "up" ? { minLength: 8, hint: "At least 8 characters." } : {})}
      />
      <Button
        type="submit"
        className="button button-primary justify-self-start"
        isDisabled={isBusy}
      >
        {mode === "in" ? "Sign in" : "Create the account"}
      </Button>
      <p className="text-sm text-quiet">
        {mode === "up" && (
          <>
            You have an account? <Link href={other}>Sign in</Link>
          </>
        )}
        {mode === "in" && signUpOpen && (
          <>
            New here? <Link href={other}>Create an account</Link>
          </>
        )}
        {mode === "in" && !signUpOpen && "Accounts are given out by the operator of this archive."}
      </p>
    </Form>
  );
}
