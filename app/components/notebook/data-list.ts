/** Names of number types, as plotly.py and as numpy and Bokeh have them. */
const typed = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A list of a chart's data. Arrays also come as their bytes in base64: plotly.py's `{dtype, bdata}`, Bokeh's
 * `{type: "ndarray", array, dtype}`. Null for tables in tables and what is broken.
 */
export function listOf(value: unknown): ArrayLike<unknown> | null {
  if (Array.isArray(value)) return value.some((each) => Array.isArray(each)) ? null : value;
  if (!isRecord(value)) return null;
  if (typeof value.bdata === "string") {
    return value.shape === undefined ? numbers(value.dtype, value.bdata) : null;
  }
  if (value.type !== "ndarray" || !Array.isArray(value.shape) || value.shape.length !== 1) {
    return null;
  }
  const { array } = value;
  if (Array.isArray(array)) return listOf(array);
  return isRecord(array) && typeof array.data === "string"
    ? numbers(value.dtype, array.data)
    : null;
}

function numbers(dtype: unknown, base64: string): ArrayLike<number> | null {
  if (typeof dtype !== "string" || !Object.hasOwn(typed, dtype)) return null;
  const List = typed[dtype as keyof typeof typed];
  const bytes = bytesOf(base64);
  return bytes && bytes.length % List.BYTES_PER_ELEMENT === 0 ? new List(bytes.buffer) : null;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
