import { isObject, type JsonObject } from "./json.ts";

/** A notebook that breaks its format, and the place where it does. Stays inside this folder: readers get a NotebookReading. */
export class Malformed extends Error {
  readonly place: string;

  constructor(place: string, message: string) {
    super(message);
    this.name = "Malformed";
    this.place = place;
  }
}

/** The value as an object, or Malformed. */
export function object(value: unknown, place: string): JsonObject {
  if (!isObject(value)) throw new Malformed(place, missingOr(value, "it must be an object"));
  return value;
}

/** The value as an array, or Malformed. */
export function array(value: unknown, place: string): unknown[] {
  if (!Array.isArray(value)) throw new Malformed(place, missingOr(value, "it must be a list"));
  return value;
}

/** A string, or a list of strings that are its lines with their ends. */
export function multiline(value: unknown, place: string): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) {
    throw new Malformed(place, missingOr(value, "it must be a string or a list of strings"));
  }
  const wrong = value.findIndex((line) => typeof line !== "string");
  if (wrong !== -1) throw new Malformed(`${place}[${wrong}]`, "it must be a string");
  return value.join("");
}

/** A string, or Malformed. */
export function text(value: unknown, place: string): string {
  if (typeof value !== "string")
    throw new Malformed(place, missingOr(value, "it must be a string"));
  return value;
}

/** A whole number from 0, or Malformed. */
export function whole(value: unknown, place: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new Malformed(place, missingOr(value, "it must be a whole number from 0"));
  }
  return value;
}

/** An execution count: null where the cell was not run. The key itself has to be there. */
export function count(value: unknown, place: string): number | null {
  return value === null ? null : whole(value, place);
}

function missingOr(value: unknown, otherwise: string): string {
  return value === undefined ? "it is missing" : otherwise;
}
