import { send } from "../api.ts";

/** Ends the login and opens the front page afresh, so that nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  await send("POST", "/api/auth/sign-out", {});
  location.assign("/");
}
