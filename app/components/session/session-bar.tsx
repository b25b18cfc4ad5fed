"use client";
import Link from "next/link";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";
import type { LabState } from "./lab-messages.ts";
import { SavedState } from "./saved-state.tsx";
import { formatLeft } from "./time-left.ts";
import type { SessionHandle } from "./use-session.ts";

interface Props {
  handle: SessionHandle;
  lab: LabState | null;
  /** Seconds until it ends by itself; null while that is not known. */
  secondsLeft: number | null;
  isNear: boolean;
  url: string;
  onStop: () => void;
  onElsewhere: () => void;
}

/** The slim bar above a running notebook: what it is, how long it lasts, whether it is saved, what can be done. */
export function SessionBar(props: Props) {
  const { handle, lab, secondsLeft, isNear } = props;
  const { publication, workspace } = handle.session;
  return (
    <div className="flex min-h-11 items-center gap-x-4 border-b border-rule px-3 py-1 sm:px-4">
      <Link
        href={`/p/${publication.slug}`}
        className="flex min-h-8 min-w-0 items-center gap-2 no-underline hover:underline"
      >
        <span aria-hidden="true" className="font-serif text-lg font-semibold text-accent">
          ¶
        </span>
        <span className="truncate font-serif font-semibold">{publication.title}</span>
      </Link>
      <span className="hidden shrink-0 sm:inline">
        <SavedState lab={lab} isFull={workspace.isFull} />
      </span>
      <span className="ml-auto flex shrink-0 items-center gap-1">
        <span
          role="timer"
          className={`state mr-1 text-[0.8125rem] tabular-nums ${isNear ? "font-semibold text-warn" : "text-quiet"}`}
        >
          <Icon name="clock" />
          {secondsLeft === null ? "…" : formatLeft(secondsLeft)}
          <span className="sr-only sm:not-sr-only">left</span>
        </span>
        <span className="hidden items-center gap-1 lg:flex">
          <Buttons {...props} />
        </span>
        <span className="lg:hidden">
          <More {...props} />
        </span>
      </span>
    </div>
  );
}

const quiet = "button button-quiet button-small";

function Buttons({ handle, url, onStop, onElsewhere }: Props) {
  const { session, busy } = handle;
  return (
    <>
      <Button
        className={quiet}
        onPress={handle.extend}
        isDisabled={!session.canExtend || busy === "extend"}
      >
        <Icon name="plus" />
        Extend
      </Button>
      {session.isFork ? (
        <Link href={`/drafts/${session.publication.id}`} className={quiet}>
          <Icon name="fork" />
          Your draft
        </Link>
      ) : (
        <Button className={quiet} onPress={handle.saveAsFork} isDisabled={busy === "save"}>
          <Icon name={busy === "save" ? "turning" : "fork"} />
          Save as fork
        </Button>
      )}
      <Button className={quiet} onPress={handle.download} isDisabled={busy === "download"}>
        <Icon name="download" />
        Download
      </Button>
      <a href={url} target="_blank" rel="noreferrer" className={quiet} onClick={onElsewhere}>
        <Icon name="external" />
        Open in a tab of its own
      </a>
      <Button className={quiet} onPress={onStop} isDisabled={busy === "stop"}>
        <Icon name="cross" />
        Stop
      </Button>
    </>
  );
}

function More({ handle, url, lab, onStop, onElsewhere }: Props) {
  const { session } = handle;
  return (
    <MenuTrigger>
      <Button className="button button-small" aria-label="More that you can do with this session">
        More
        <Icon name="down" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <p className="px-2.5 pb-1 pt-1.5 sm:hidden">
          <SavedState lab={lab} isFull={session.workspace.isFull} />
        </p>
        <Menu aria-label="Session">
          <MenuItem className="menu-item" onAction={handle.extend} isDisabled={!session.canExtend}>
            <Icon name="plus" />
            Extend
          </MenuItem>
          {session.isFork ? (
            <MenuItem className="menu-item" href={`/drafts/${session.publication.id}`}>
              <Icon name="fork" />
              Your draft
            </MenuItem>
          ) : (
            <MenuItem className="menu-item" onAction={handle.saveAsFork}>
              <Icon name="fork" />
              Save as fork
            </MenuItem>
          )}
          <MenuItem className="menu-item" onAction={handle.download}>
            <Icon name="download" />
            Download
          </MenuItem>
          <MenuItem
            className="menu-item"
            href={url}
            target="_blank"
            rel="noreferrer"
            onAction={onElsewhere}
          >
            <Icon name="external" />
            Open in a tab of its own
          </MenuItem>
          <MenuItem className="menu-item" onAction={onStop}>
            <Icon name="cross" />
            Stop
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
