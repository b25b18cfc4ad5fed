/**
 * The SPDX identifier of a licence by the phrases that no other licence has; null where the text is none that is known here.
 * The version-or-later question of GNU licences is answered by the notice that applies them, else "only".
 */
export function recogniseLicense(text: string): string | null {
  const words = normalise(text.slice(0, 60_000));
  const stated = /spdx-license-identifier:\s*([\w.+-]{1,60})/i.exec(text.slice(0, 60_000))?.[1];
  if (stated) return stated;
  for (const [id, phrases] of signatures) {
    if (phrases.every((phrase) => words.includes(phrase))) return orLater(id, words);
  }
  return null;
}

/** More particular ones first: the Affero and Lesser licences speak of the General one. */
const signatures: readonly [id: string, phrases: string[]][] = [
  ["AGPL-3.0-only", ["gnu affero general public license version 3"]],
  ["LGPL-3.0-only", ["gnu lesser general public license version 3"]],
  ["LGPL-2.1-only", ["gnu lesser general public license version 2.1"]],
  ["GPL-3.0-only", ["gnu general public license version 3, 29 june 2007"]],
  ["GPL-2.0-only", ["gnu general public license version 2, june 1991"]],
  ["AGPL-3.0-only", ["affero general public license", "version 3 of the license"]],
  ["LGPL-3.0-only", ["lesser general public license", "version 3 of the license"]],
  ["LGPL-2.1-only", ["lesser general public license", "version 2.1 of the license"]],
  ["GPL-3.0-only", ["gnu general public license", "version 3 of the license"]],
  ["GPL-2.0-only", ["gnu general public license", "version 2 of the license"]],
  ["Apache-2.0", ["apache license", "version 2.0, january 2004"]],
  ["Apache-2.0", ["licensed under the apache license, version 2.0"]],
  ["MPL-2.0", ["mozilla public license", "2.0"]],
  ["CC-BY-NC-SA-4.0", ["attribution-noncommercial-sharealike 4.0 international"]],
  ["CC-BY-NC-ND-4.0", ["attribution-noncommercial-noderivatives 4.0 international"]],
  ["CC-BY-NC-4.0", ["attribution-noncommercial 4.0 international"]],
  ["CC-BY-ND-4.0", ["attribution-noderivatives 4.0 international"]],
  ["CC-BY-SA-4.0", ["attribution-sharealike 4.0 international"]],
  ["CC-BY-4.0", ["attribution 4.0 international"]],
  ["CC-BY-SA-4.0", ["creativecommons.org/licenses/by-sa/4.0"]],
  ["CC-BY-4.0", ["creativecommons.org/licenses/by/4.0"]],
  ["CC0-1.0", ["cc0 1.0 universal"]],
  ["CC0-1.0", ["creativecommons.org/publicdomain/zero/1.0"]],
  ["Unlicense", ["this is free and unencumbered software released into the public domain"]],
  [
    "BSD-3-Clause",
    ["redistribution and use in source and binary forms", "endorse or promote products derived"],
  ],
  [
    "BSD-2-Clause",
    ["redistribution and use in source and binary forms", "this list of conditions"],
  ],
  ["ISC", ["permission to use, copy, modify, and/or distribute this software for any purpose"]],
  ["MIT", ["permission is hereby granted, free of charge", 'the software is provided "as is"']],
];

/** GNU licences' own text ends in "any later version" as an example; only a notice that comes without the text decides. */
function orLater(id: string, words: string): string {
  const isNotice = words.length < 3_000;
  return isNotice && id.endsWith("-only") && words.includes("any later version")
    ? id.replace(/-only$/, "-or-later")
    : id;
}

function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/[“”]|``|''/g, '"')
    .replace(/^[ \t]*(?:\/\/|#+|\*+|>)[ \t]?/gm, "")
    .replace(/\blicence\b/g, "license")
    .replace(/\s+/g, " ");
}
