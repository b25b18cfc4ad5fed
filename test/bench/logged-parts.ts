import { median } from "./measure.ts";

/** The medians of the last values of some fields that the processes log, such as `mountMs`: "mount 4.1, …". */
export function loggedParts(output: string, fields: string[], last: number): string {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  const found = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return fields
    .map((field) => {
      const values = found.map((one) => one[field]).filter((value) => typeof value === "number");
      return `${field.replace(/Ms$/, "")} ${median(values.slice(-last)).toFixed(1)}`;
    })
    .join(", ");
}
