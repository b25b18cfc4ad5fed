// The bridge between JupyterLab and the portal's page around it: tells what is unsaved and busy, saves when asked, and
// shows that the workspace is full. A federated module written by hand: JupyterLab calls init and get (webpack's
// container interface), so nothing has to be bundled.
(() => {
  const fullEvent = "https://schema.colophon/workspace-full/v1";
  let shared;

  function portalOrigin() {
    const text = document.getElementById("jupyter-config-data")?.textContent;
    return text ? JSON.parse(text).colophonPortal || null : null;
  }

  /** A module of JupyterLab's own, from what it shares. */
  async function module(name) {
    const [version] = Object.values(shared[name] ?? {});
    return version ? (await version.get())() : null;
  }

  function activate(app) {
    const portal = portalOrigin();
    const isFramed = window.parent !== window && portal !== null;
    const contexts = new Set();
    let savedAt = null;
    let last = "";

    const sessionsOf = () => [...contexts].map((context) => context.sessionContext);
    const state = () => ({
      type: "colophon:state",
      dirty: [...contexts].some((context) => context.model.dirty),
      savedAt,
      busy: sessionsOf().some((one) => one?.session?.kernel?.status === "busy"),
    });
    const tell = (always) => {
      const now = state();
      const text = JSON.stringify(now);
      if (!isFramed || (text === last && always !== true)) return;
      last = text;
      window.parent.postMessage(now, portal);
    };

    const follow = (context) => {
      if (contexts.has(context)) return;
      contexts.add(context);
      const changed = () => tell();
      const saved = (_, what) => {
        if (what === "completed") savedAt = new Date().toISOString();
        tell();
      };
      context.model.stateChanged.connect(changed);
      context.saveState.connect(saved);
      context.sessionContext?.statusChanged?.connect(changed);
      context.disposed.connect(() => {
        contexts.delete(context);
        tell();
      });
    };
    const followWhenOpen = async (context) => {
      try {
        await context.ready;
      } catch {
        // It could not be opened, and JupyterLab has said so: there is nothing to follow.
        return;
      }
      if (context.isDisposed) return;
      follow(context);
      tell();
    };
    const look = () => {
      for (const { context } of app.shell.widgets("main")) {
        if (context?.ready) void followWhenOpen(context);
      }
    };

    async function saveAll() {
      const unsaved = [...contexts].filter(
        (context) => context.model.dirty && !context.model.readOnly,
      );
      // A save that fails has told why itself; what is still unsaved is seen from the state.
      await Promise.allSettled(unsaved.map((context) => context.save()));
      tell(true);
    }

    window.addEventListener("message", (event) => {
      if (
        isFramed &&
        event.source === window.parent &&
        event.origin === portal &&
        event.data?.type === "colophon:save"
      ) {
        void saveAll();
      }
    });
    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === fullEvent) void showFull(event.message);
    });
    void app.restored.then(() => {
      app.shell.layoutModified.connect(look);
      look();
      tell(true);
    });
  }

  let shown = null;
  async function showFull(message) {
    const { Notification } = (await module("@jupyterlab/apputils")) ?? {};
    if (!Notification) return;
    if (shown !== null) Notification.dismiss(shown);
    shown = message ? Notification.error(message, { autoClose: false }) : null;
  }

  const extension = { id: "@colophon/bridge:plugin", autoStart: true, activate };
  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["@colophon/bridge"] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      return () => ({ __esModule: true, default: extension });
    },
  };
})();
