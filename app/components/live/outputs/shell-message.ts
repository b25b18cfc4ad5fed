import type { Kernel, KernelMessage } from "@jupyterlab/services";

/**
 * A message of a comm to the kernel, named anew: names that frames choose could be those of other requests. `version`
 * is that of the widgets' protocol, which an opening message states.
 */
export function shellMessage<T extends "comm_open" | "comm_msg" | "comm_close">(
  type: T,
  content: KernelMessage.IMessage["content"],
  { clientId, username }: Pick<Kernel.IKernelConnection, "clientId" | "username">,
  { buffers = [], version }: { buffers?: ArrayBuffer[]; version?: string } = {},
): KernelMessage.IShellMessage<T> {
  return {
    channel: "shell",
    header: {
      date: new Date().toISOString(),
      msg_id: newId(),
      msg_type: type,
      session: clientId,
      username,
      version: "5.2",
    },
    parent_header: {},
    metadata: version === undefined ? {} : { version },
    content,
    buffers,
  } as unknown as KernelMessage.IShellMessage<T>;
}

/** A random name. (`crypto.randomUUID` wants a secure context, which a portal on a plain name is not.) */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
