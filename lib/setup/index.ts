export { ensureBrowser } from "./browser.ts";
export { command } from "./command.ts";
export { ensureEngine, ownEngine } from "./engine.ts";
export { takeLock } from "./lock.ts";
export { migrate } from "./migrate.ts";
export { buildPortal } from "./next-build.ts";
export { ensureGit } from "./programs.ts";
export { SetupError, step } from "./progress.ts";
