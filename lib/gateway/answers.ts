import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { isNavigation } from "./guard.ts";

/** What the gateway itself answers when it does not pass a request on. */
export interface Refusal {
  status: number;
  /** Stable, for programs. */
  code: string;
  message: string;
  hint: string;
  /** Path on the portal that leads on. */
  wayBack: string;
  retryAfterSeconds?: number;
}

const start = "/";

/** Each refusal by what it is about. */
export const refusals = {
  host: {
    status: 421,
    code: "unknown_host",
    message: "This address is not served here.",
    hint: "Use the address that the portal gave you.",
    wayBack: start,
  },
  path: {
    status: 404,
    code: "not_found",
    message: "There is nothing here.",
    hint: "Notebooks are opened from a publication's page.",
    wayBack: start,
  },
  malformed: {
    status: 400,
    code: "malformed_request",
    message: "This request cannot be passed on.",
    hint: "Its path or headers have a form that a session's server might take for something else.",
    wayBack: start,
  },
  unknown: {
    status: 404,
    code: "session_not_found",
    message: "There is no such session.",
    hint: "It may have ended. Start a new one from the publication's page.",
    wayBack: start,
  },
  token: {
    status: 403,
    code: "session_token_required",
    message: "This session opens only with its own link.",
    hint: "Open it from the portal, in the browser in which you started it.",
    wayBack: start,
  },
  foreign: {
    status: 403,
    code: "foreign_origin",
    message: "A page of another site asked for this.",
    hint: "Programs on other sites need the session's token in an Authorization header.",
    wayBack: start,
  },
  unreachable: {
    status: 502,
    code: "session_unreachable",
    message: "The notebook server does not answer.",
    hint: "It may be very busy or may just have ended. Its page says more; what you changed is kept.",
    wayBack: start,
    retryAfterSeconds: 2,
  },
} as const satisfies Record<string, Refusal>;

/** A refusal whose way back is the page of the session that it is about. */
export function aboutSession(refusal: Refusal, id: string): Refusal {
  return { ...refusal, wayBack: `/session/${id}` };
}

/** The refusal for a session that is not ready: on its way, or over. */
export function absence(state: string, id: string): Refusal {
  const wayBack = `/session/${id}`;
  if (state === "queued" || state === "starting") {
    return {
      status: 503,
      code: "session_not_ready",
      message: "This session is still being started.",
      hint: "Its page follows the start and opens the notebook when it is ready.",
      wayBack,
      retryAfterSeconds: 2,
    };
  }
  if (state === "unknown") return refusals.unknown;
  return {
    status: 404,
    code: "session_ended",
    message: "This session has ended.",
    hint: "Its page says why, and what can be done with what was changed in it.",
    wayBack,
  };
}

const common = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

// The portal shows a session in a frame, and with it what stands in for the session.
const policy = (portalUrl: string) =>
  `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self' ${new URL(portalUrl).origin}`;

/** Answers with a refusal: a page for people, problem+json for programs. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  portalUrl: string,
): void {
  const forPeople = isNavigation(request);
  const body = forPeople ? page(refusal, portalUrl) : problem(refusal);
  // What is left of a body that nobody reads would be taken for the next request.
  if (!request.complete) response.setHeader("connection", "close");
  if (refusal.retryAfterSeconds) response.setHeader("retry-after", refusal.retryAfterSeconds);
  response.writeHead(refusal.status, {
    ...common,
    "content-security-policy": policy(portalUrl),
    "content-type": forPeople ? "text/html; charset=utf-8" : "application/problem+json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** The same for a socket on which an upgrade was asked for. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = problem(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function problem({ status, code, message, hint }: Refusal): string {
  return JSON.stringify({ type: "about:blank", title: message, status, code, detail: hint });
}

function page({ status, message, hint, wayBack }: Refusal, portalUrl: string): string {
  const href = escapeHtml(new URL(wayBack, portalUrl).href);
  const label = wayBack === start ? "Go to the gallery" : "Go to the session’s page";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(message)} · Colophon</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#faf8f4, #16150f);
  color: light-dark(#211d15, #ece7db); font: 1.0625rem/1.6 ui-serif, Georgia, serif; }
main { max-width: 34rem; padding: 2rem 1.5rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .75rem; font-weight: 600; }
small { letter-spacing: .06em; color: light-dark(#655d4c, #b3aa96); font-family: ui-sans-serif, system-ui, sans-serif; }
a { color: light-dark(#7a2e12, #f0a27e); text-underline-offset: .2em; }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
</style>
</head>
<body>
<main>
<small>${status}</small>
<h1>${escapeHtml(message)}</h1>
<p>${escapeHtml(hint)}</p>
<p><a href="${href}" target="_top">${label}</a></p>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
