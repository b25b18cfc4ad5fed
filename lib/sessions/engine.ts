import { dockerEngine } from "./docker-engine.ts";
import type { Engine } from "./types.ts";

/** Where sessions run. */
export function engine(): Engine {
  return dockerEngine;
}
