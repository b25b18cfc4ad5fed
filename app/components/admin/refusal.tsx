import type { ApiError } from "../api.ts";
import { Notice } from "../ui/notice.tsx";

/** Why something was refused, and what to do; nothing where nothing was. */
export function Refusal({ error }: { error: ApiError | undefined }) {
  if (!error) return null;
  return (
    <Notice tone="bad" title={error.message} announce>
      {error.hint && <p>{error.hint}</p>}
    </Notice>
  );
}
