/** Who asks. Every read and every change is decided with it. */
export interface Viewer {
  /** The signed-in user, or null. */
  userId: string | null;
  role: "reader" | "author" | "instructor" | "administrator" | null;
  /** Random id from a visitor's cookie: what they started without an account stays theirs. */
  visitorId: string | null;
}

/** The system itself: publishes the examples, runs jobs. */
export const systemViewer: Viewer = { userId: null, role: "administrator", visitorId: null };

/** Somebody with no login, no cookie, no token. */
export const anonymousViewer: Viewer = { userId: null, role: null, visitorId: null };
