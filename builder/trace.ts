/**
 * Decodes the progress that BuildKit sends as protobuf in `moby.buildkit.trace`: only the fields that we show. Source:
 * moby/buildkit, api/services/control/control.proto, message StatusResponse.
 */

export interface Trace {
  vertexes: TraceVertex[];
  logs: TraceLog[];
}

export interface TraceVertex {
  digest: string;
  name: string;
  cached: boolean;
  /** Milliseconds since the epoch. */
  started: number | undefined;
  completed: number | undefined;
  error: string;
}

export interface TraceLog {
  /** 1 is standard output, 2 standard error. */
  stream: number;
  text: Buffer;
  vertex: string;
}

interface Field {
  number: number;
  value: number;
  bytes: Buffer;
}

/** Reads one message. Throws a RangeError where the bytes are not protobuf. */
export function decodeTrace(message: Buffer): Trace {
  const trace: Trace = { vertexes: [], logs: [] };
  for (const field of fields(message)) {
    if (field.number === 1) trace.vertexes.push(decodeVertex(field.bytes));
    else if (field.number === 3) trace.logs.push(decodeLog(field.bytes));
  }
  return trace;
}

function decodeVertex(message: Buffer): TraceVertex {
  const vertex: TraceVertex = {
    digest: "",
    name: "",
    cached: false,
    started: undefined,
    completed: undefined,
    error: "",
  };
  for (const field of fields(message)) {
    if (field.number === 1) vertex.digest = field.bytes.toString();
    else if (field.number === 3) vertex.name = field.bytes.toString();
    else if (field.number === 4) vertex.cached = field.value === 1;
    else if (field.number === 5) vertex.started = decodeTime(field.bytes);
    else if (field.number === 6) vertex.completed = decodeTime(field.bytes);
    else if (field.number === 7) vertex.error = field.bytes.toString();
  }
  return vertex;
}

function decodeLog(message: Buffer): TraceLog {
  const log: TraceLog = { stream: 1, text: Buffer.alloc(0), vertex: "" };
  for (const field of fields(message)) {
    if (field.number === 1) log.vertex = field.bytes.toString();
    else if (field.number === 3) log.stream = field.value;
    else if (field.number === 4) log.text = field.bytes;
  }
  return log;
}

function decodeTime(message: Buffer): number {
  let milliseconds = 0;
  for (const field of fields(message)) {
    if (field.number === 1) milliseconds += field.value * 1000;
    else if (field.number === 2) milliseconds += field.value / 1e6;
  }
  return milliseconds;
}

function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; shift < 2 ** 63; shift *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("The message ends inside a number.");
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    // Ten bytes: a negative number, which no field of ours is.
    at++;
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag % 8;
    const number = Math.floor(tag / 8);
    if (wire === 0) {
      yield { number, value: varint(), bytes: EMPTY };
      continue;
    }
    const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : Number.NaN;
    if (!(at + length <= message.length)) throw new RangeError("The message ends inside a field.");
    yield { number, value: 0, bytes: message.subarray(at, at + length) };
    at += length;
  }
}

const EMPTY = Buffer.alloc(0);
