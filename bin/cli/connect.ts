import { config } from "#lib/config.ts";
import type { Streams } from "./command.ts";
import { Portal } from "./portal.ts";

/** The portal that COLOPHON_URL and COLOPHON_TOKEN name. */
export function connect(streams: Streams): Portal {
  const { url, token } = config();
  return new Portal(url, token, streams.signal);
}
