import { testWorkspaceMode } from "#test/support/workspace-modes.ts";

await testWorkspaceMode("volume", 3393);
