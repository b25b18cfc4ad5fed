import { ApiError, errorFrom } from "../api.ts";

interface Upload {
  method: "POST" | "PUT";
  url: string;
  body: Blob;
  mediaType: string;
  onProgress: (sent: number) => void;
  signal: AbortSignal;
}

/**
 * Sends a body and tells how many bytes have left; fetch cannot. Gives the JSON of the answer; throws ApiError, with
 * the code `cancelled` when `signal` was aborted.
 */
export function upload<T>({
  method,
  url,
  body,
  mediaType,
  onProgress,
  signal,
}: Upload): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("Content-Type", mediaType);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300)
        resolve(JSON.parse(request.responseText) as T);
      else reject(errorFrom(request.status, request.responseText));
    };
    request.onerror = () =>
      reject(
        new ApiError(
          0,
          "unreachable",
          "The upload was interrupted.",
          "Check the connection and try again.",
        ),
      );
    request.onabort = () => reject(new ApiError(0, "cancelled", "The upload was cancelled."));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}
