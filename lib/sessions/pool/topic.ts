/** Woken when the pool may have something to do: a slot was taken or died, a launch is over. */
export const poolTopic = "sessions:pool";
