"use client";
import { Button } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";

interface Props {
  url: string;
  /** What it is, within a sentence. */
  what: string;
  /** Whether it could be shown in this page as well. */
  canFrame: boolean;
  onBack: () => void;
}

/** Stands where the notebook would, while that is open in a tab of its own. */
export function Elsewhere({ url, what, canFrame, onBack }: Props) {
  return (
    <div className="narrow flex-1 py-12">
      <h1 className="text-2xl font-semibold">The {what} has a tab of its own</h1>
      <p className="mt-3 max-w-measure">
        {canFrame
          ? "Two windows on the same files would get in each other’s way. This page keeps the time and warns before the session ends."
          : "On this site a session cannot be shown inside another page. This page keeps the time and warns before the session ends."}
      </p>
      {!canFrame && (
        <Notice tone="warn" title="Notebooks are kept apart less well on this site">
          <p>
            All of them have one web address here instead of one each. What runs in one can reach
            the others that are open in this browser: while you have a notebook open that matters to
            you, open no other that you do not trust.
          </p>
        </Notice>
      )}
      <p className="mt-5 flex flex-wrap gap-3">
        <a href={url} target="_blank" rel="noreferrer" className="button button-primary">
          <Icon name="external" />
          Open the {what}
        </a>
        {canFrame && (
          <Button className="button" onPress={onBack}>
            Show it here
          </Button>
        )}
      </p>
    </div>
  );
}
