import { testWorkspaceMode } from "#test/support/workspace-modes.ts";

await testWorkspaceMode("stream", 3394);
