"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, Form } from "react-aria-components";
import { ApiError, send } from "../api.ts";
import { Notice } from "../ui/notice.tsx";
import { TextInput } from "../ui/text-input.tsx";

/** A repository's address as what the API takes: GitHub by its own way, any other by git. */
export function sourceFrom(text: string): { type: "github" | "git"; url: string } {
  const url = text.trim();
  const isGithub =
    /^(https?:\/\/)?(www\.)?github\.com\/[^/]+\/[^/]+/i.test(url) || /^[\w.-]+\/[\w.-]+$/.test(url);
  return { type: isGithub ? "github" : "git", url };
}

/** Publishing from a repository: its address, and which state of it. */
export function SourceForm() {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();

  const submit = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const ref = String(data.get("ref") ?? "").trim();
    setBusy(true);
    setError(undefined);
    try {
      const source = { ...sourceFrom(String(data.get("url"))), ...(ref ? { ref } : {}) };
      const { id } = await send<{ id: string }>("POST", "/api/publications", { source });
      router.push(`/drafts/${id}`);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
      setBusy(false);
    }
  };

  return (
    <section aria-labelledby="from-repository">
      <h2 id="from-repository" className="mb-3 text-xl font-semibold">
        Or from a repository
      </h2>
      {error && (
        <div className="mb-4">
          <Notice tone="bad" title={error.message} announce>
            {error.hint && <p>{error.hint}</p>}
          </Notice>
        </div>
      )}
      <Form onSubmit={submit} className="grid gap-4 sm:grid-cols-[1fr_12rem_auto] sm:items-start">
        <TextInput
          name="url"
          label="Address"
          placeholder="https://github.com/owner/repository"
          hint="GitHub, or any git address over https."
          isRequired
          maxLength={2000}
        />
        <TextInput
          name="ref"
          label="Branch, tag or commit"
          placeholder="the default"
          maxLength={300}
        />
        <Button type="submit" className="button sm:mt-6" isDisabled={isBusy}>
          Fetch
        </Button>
      </Form>
    </section>
  );
}
