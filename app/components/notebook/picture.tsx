interface Props {
  src: string;
  /** What the output's metadata holds for the picture's media type. */
  metadata: unknown;
  /** The picture's own size in pixels, where its header was read. */
  own?: { width: number; height: number } | null;
  caption: string;
}

/** A picture among the outputs, with the room that it needs reserved where its size is known. */
export function Picture({ src, metadata, own, caption }: Props) {
  const stated = sizeFrom(metadata);
  const width = stated.width ?? own?.width;
  const height = stated.height ?? (own && width ? (own.height * width) / own.width : undefined);
  return (
    <img
      className="output-figure"
      src={src}
      alt={stated.alt ?? caption}
      width={width && Math.round(width)}
      height={height && Math.round(height)}
      loading="lazy"
      decoding="async"
    />
  );
}

/** What the kernel said about the picture: its size on the page where pixels are doubled, its description. */
function sizeFrom(metadata: unknown): { width?: number; height?: number; alt?: string } {
  if (typeof metadata !== "object" || metadata === null) return {};
  const number = (value: unknown) =>
    typeof value === "number" && value > 0 && value < 10_000 ? value : undefined;
  return {
    width: "width" in metadata ? number(metadata.width) : undefined,
    height: "height" in metadata ? number(metadata.height) : undefined,
    alt: "alt" in metadata && typeof metadata.alt === "string" ? metadata.alt : undefined,
  };
}
