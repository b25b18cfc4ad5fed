import { testWorkspaceMode } from "#test/support/workspace-modes.ts";

await testWorkspaceMode("overlay", 3392);
