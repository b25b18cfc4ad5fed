import type { EndReason, SessionView } from "#lib/sessions/index.ts";

interface Why {
  title: string;
  /** What it means, or what to do so that it does not happen again. */
  text: string;
}

const reasons: Record<EndReason, Why> = {
  user: { title: "You stopped this session", text: "" },
  idle: {
    title: "This session ended because nobody used it for a while",
    text: "Sessions that nobody uses make room for others. One in which a cell computes is in use.",
  },
  expired: {
    title: "This session ended because its time was up",
    text: "A session lasts for a limited time; a resumed one gets the whole of it again.",
  },
  crashed: {
    title: "This session ended because its notebook server stopped unexpectedly",
    text: "What was saved is kept. The last seconds before it may be missing.",
  },
  oom: {
    title: "This session ended because it needed more memory than a session may have",
    text: "What was saved is kept. Resume it and work on less at a time: fewer rows, smaller arrays.",
  },
  full: {
    title: "This session ended because it wrote more than a session's files may take",
    text: "Everything that was saved is kept. Download what you need; a resumed session cannot write before files are deleted.",
  },
  shutdown: {
    title: "This session ended because the site was restarted",
    text: "What was saved is kept. Resume it and run its cells again: what they had computed is gone.",
  },
  operator: {
    title: "This session was ended by whoever runs this site",
    text: "What was saved is kept.",
  },
  login: {
    title: "This session ended because your password was changed or your logins were taken back",
    text: "What was saved is kept. If you did neither, change your password now.",
  },
};

/** Why a session is over, for its page. */
export function whyEnded({ state, endReason, failure }: SessionView): Why {
  if (state === "failed") {
    return {
      title: failure?.message ?? "This session could not be started",
      text: failure?.hint ?? "Try again.",
    };
  }
  return isKnown(endReason) ? reasons[endReason] : { title: "This session has ended", text: "" };
}

function isKnown(reason: string | null): reason is EndReason {
  return reason !== null && Object.hasOwn(reasons, reason);
}
