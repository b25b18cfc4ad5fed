"use client";
import { useState } from "react";
import { Button, Form } from "react-aria-components";
import type { TokenView } from "#lib/accounts/index.ts";
import { ApiError, send } from "../api.ts";
import { ConfirmButton } from "../ui/confirm-button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Notice } from "../ui/notice.tsx";
import { TextInput } from "../ui/text-input.tsx";
import { Time } from "../ui/time.tsx";

/** API tokens for programs: made with a name, shown once, revoked at will. */
export function Tokens({ initial }: { initial: TokenView[] }) {
  const [tokens, setTokens] = useState(initial);
  const [made, setMade] = useState<{ id: string; name: string; token: string }>();
  const [error, setError] = useState<ApiError>();

  const attempt = async (action: () => Promise<void>) => {
    setError(undefined);
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
  };
  const create = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    void attempt(async () => {
      const name = String(new FormData(form).get("name"));
      const { token, ...view } = await send<TokenView & { token: string }>("POST", "/api/tokens", {
        name,
      });
      setTokens((before) => [view, ...before]);
      setMade({ id: view.id, name, token });
      form.reset();
    });
  };
  const revoke = (id: string) =>
    attempt(async () => {
      await send("DELETE", `/api/tokens/${id}`);
      setTokens((before) => before.filter((token) => token.id !== id));
      setMade((shown) => (shown?.id === id ? undefined : shown));
    });

  return (
    <div className="grid gap-5">
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
      {made && (
        <Notice
          tone="good"
          title={`Token “${made.name}”: copy it now, it is not shown again`}
          announce
        >
          <p className="flex items-center gap-1">
            <code className="break-all">{made.token}</code>
            <CopyButton text={made.token} what="token" />
          </p>
        </Notice>
      )}
      {tokens.length > 0 && (
        <ul className="divide-y divide-rule border-y border-rule">
          {tokens.map((token) => (
            <li key={token.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
              <span className="min-w-40 font-medium">{token.name}</span>
              <code className="text-[0.8125rem] text-quiet">{token.prefix}…</code>
              <span className="text-sm text-quiet">
                made <Time iso={token.createdAt} />
                {token.lastUsedAt && (
                  <>
                    , last used <Time iso={token.lastUsedAt} />
                  </>
                )}
              </span>
              <span className="ml-auto">
                <ConfirmButton
                  label="Revoke"
                  title={`Revoke “${token.name}”?`}
                  body="Programs that use it are refused from then on."
                  onConfirm={() => revoke(token.id)}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
      <Form onSubmit={create} className="flex flex-wrap items-end gap-3">
        <TextInput
          name="name"
          label="Name of a new token"
          placeholder="for example: my laptop"
          isRequired
          maxLength={100}
        />
        <Button type="submit" className="button">
          Create token
        </Button>
      </Form>
    </div>
  );
}
