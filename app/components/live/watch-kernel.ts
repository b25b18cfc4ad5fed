import type { Kernel } from "@jupyterlab/services";
import type { LiveStore } from "./store.ts";

const againMs = 10_000;

/**
 * Shows how the kernel and the line to it are, and makes a lost line anew for as long as it takes. Gives what ends
 * the watch.
 */
export function watchKernel(
  kernel: Kernel.IKernelConnection,
  store: LiveStore,
  onGone: () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = () => {
    clearTimeout(timer);
    if (kernel.isDisposed || kernel.connectionStatus === "connected") return;
    // It tells by its status how that went.
    kernel.reconnect().catch(() => {
      timer = setTimeout(again, againMs);
    });
  };
  const onLine = (_: unknown, status: Kernel.ConnectionStatus) => {
    const before = store.state().line;
    const line = status === "connected" ? "open" : "lost";
    // The very first connection is not a lost one.
    if (line === "lost" && store.state().phase !== "live") return;
    store.set({ line });
    if (line !== before) {
      store.set({ said: line === "open" ? "The connection is back" : "The connection is lost" });
    }
    clearTimeout(timer);
    if (status === "disconnected") timer = setTimeout(again, againMs);
  };
  const onStatus = (_: unknown, status: Kernel.Status) => {
    switch (status) {
      case "idle":
      case "busy":
        store.set({ kernel: status });
        break;
      case "dead":
        onGone();
        store.set({ kernel: "gone" });
        break;
      case "autorestarting":
        onGone();
        store.set({ kernel: "restarting", trouble: stopped });
        break;
      case "restarting":
        store.set({ kernel: "restarting" });
        break;
    }
  };
  kernel.connectionStatusChanged.connect(onLine);
  kernel.statusChanged.connect(onStatus);
  addEventListener("online", again);
  return () => {
    clearTimeout(timer);
    removeEventListener("online", again);
    kernel.connectionStatusChanged.disconnect(onLine);
    kernel.statusChanged.disconnect(onStatus);
  };
}

const stopped = {
  title: "The running code stopped by itself",
  hint: "Most often it needed more memory than there is. What it had computed is gone, your changes are not: run all again.",
};
