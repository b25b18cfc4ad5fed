import { JsonTree } from "../../notebook/json-tree.tsx";
import { Picture } from "../../notebook/picture.tsx";
import { present } from "../../notebook/render/bundle.ts";
import { TextOutput } from "../../notebook/text-output.tsx";

interface Props {
  /** Media type → text, base64 (images) or JSON. */
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  caption: string;
}

/** One output with data, in its richest form that is safe in the page itself. */
export function LiveOutput({ data, metadata, caption }: Props) {
  const shown = present(data);
  if (!shown) return null;
  switch (shown.kind) {
    case "image":
      return (
        <Picture
          src={pictureUrl(shown.type, shown.data)}
          metadata={metadata[shown.type]}
          caption={caption}
        />
      );
    case "json":
      return (
        <div className="json-tree">
          <JsonTree value={shown.value} />
        </div>
      );
    default:
      return <TextOutput text={plainText(data) ?? shown.text} label="Output" />;
  }
}

function plainText(data: Record<string, unknown>): string | undefined {
  const text = data["text/plain"];
  return typeof text === "string" ? text : undefined;
}

/** A picture as an address. Within an img nothing of an SVG runs or loads. */
function pictureUrl(type: string, data: string): string {
  return type === "image/svg+xml"
    ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(data)}`
    : `data:${type};base64,${data.replace(/\s+/g, "")}`;
}
