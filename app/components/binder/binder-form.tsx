"use client";
import { useState } from "react";
import type { RepoProvider } from "#lib/binder/index.ts";
import { BadgeSnippets } from "../publication/badge-snippets.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Icon } from "../ui/icons.tsx";
import { badgeSnippets, type Chosen, detectRepository, launchLink } from "./links.ts";

interface Props {
  providers: RepoProvider[];
  /** Of the portal, for links that are copied elsewhere. */
  origin: string;
  initial: Chosen;
}

/** What to launch, and the link and badge that launch it. Without JavaScript it is an ordinary form. */
export function BinderForm({ providers, origin, initial }: Props) {
  const [chosen, setChosen] = useState(initial);
  const provider = providers.find(({ id }) => id === chosen.provider) ?? providers[0];
  const change = (part: Partial<Chosen>) => setChosen((before) => ({ ...before, ...part }));
  const link = launchLink(origin, chosen, providers);
  const isOdd = !link && chosen.repository.trim() !== "";

  const typed = (text: string) => {
    const found = detectRepository(text, providers);
    if (!found) return change({ repository: text });
    const { provider: id, repository, ref, path } = found;
    change({
      provider: id,
      repository,
      ...(ref ? { ref } : {}),
      ...(path ? { path, pathKind: "file" } : {}),
    });
  };

  return (
    <form
      action="/v2"
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (link) location.assign(new URL(link).pathname + new URL(link).search);
      }}
    >
      <div className="grid gap-5 sm:grid-cols-[12rem_1fr]">
        <label>
          <span className="label">From</span>
          <select
            name="provider"
            className="field"
            value={chosen.provider}
            onChange={(event) => change({ provider: event.target.value })}
          >
            {providers.map(({ id, displayName }) => (
              <option key={id} value={id}>
                {displayName}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="label">{provider?.repo.label}</span>
          <input
            name="repository"
            className="field"
            value={chosen.repository}
            placeholder={provider?.repo.placeholder}
            required
            maxLength={1000}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={isOdd}
            aria-describedby={isOdd ? "repository-odd" : undefined}
            onChange={(event) => typed(event.target.value)}
          />
          {isOdd && (
            <span id="repository-odd" className="text-[0.8125rem] text-bad">
              {provider?.displayName} names things like this: {provider?.repo.placeholder}
            </span>
          )}
        </label>
      </div>
      <div className="grid gap-5 sm:grid-cols-[12rem_1fr_9rem]">
        <label>
          <span className="label">Branch, tag or commit</span>
          <input
            name="ref"
            className="field"
            value={provider?.ref.enabled ? chosen.ref : ""}
            placeholder={provider?.ref.default ?? "not needed"}
            disabled={!provider?.ref.enabled}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change({ ref: event.target.value })}
          />
        </label>
        <label>
          <span className="label">
            {chosen.pathKind === "file" ? "Notebook or file to open" : "Path to open"}
          </span>
          <input
            name="path"
            className="field"
            value={chosen.path}
            placeholder={chosen.pathKind === "file" ? "optional: index.ipynb" : "optional: lab"}
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change({ path: event.target.value })}
          />
        </label>
        <label>
          <span className="label">Which is a</span>
          <select
            name="pathKind"
            className="field"
            value={chosen.pathKind}
            onChange={(event) =>
              change({ pathKind: event.target.value === "url" ? "url" : "file" })
            }
          >
            <option value="file">File</option>
            <option value="url">URL</option>
          </select>
        </label>
      </div>
      <div>
        <button type="submit" className="button button-primary">
          <Icon name="play" />
          Launch
        </button>
      </div>
      <section aria-labelledby="share" className="mt-4 border-t border-rule pt-5">
        <h2 id="share" className="mb-3 text-xl font-semibold">
          To share
        </h2>
        {link ? (
          <Share link={link} origin={origin} />
        ) : (
          <p className="text-quiet">The link and the badge appear here as you fill in the form.</p>
        )}
      </section>
    </form>
  );
}

function Share({ link, origin }: { link: string; origin: string }) {
  return (
    <div className="grid gap-4">
      <div className="flex max-w-[48rem] items-start gap-2 border border-rule bg-sheet px-3 py-2.5">
        <output
          className="min-w-0 flex-1 break-all font-mono text-[0.75rem] leading-relaxed"
          aria-label="Link"
        >
          {link}
        </output>
        <CopyButton text={link} what="link" />
      </div>
      <div>
        <img src="/badge_logo.svg" alt="Badge: launch" height={20} className="mb-3 h-5" />
        <BadgeSnippets snippets={badgeSnippets(origin, link)} />
      </div>
    </div>
  );
}
