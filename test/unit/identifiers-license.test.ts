import { expect, test } from "vitest";
import {
  licenseName,
  licenseUrl,
  normaliseLicense,
  recogniseLicense,
} from "#lib/identifiers/index.ts";

test.each([
  ["MIT", "MIT"],
  ["mit", "MIT"],
  ["The MIT License", null],
  ["apache-2.0", "Apache-2.0"],
  ["Apache License 2.0", "Apache-2.0"],
  ["cc-by-4.0", "CC-BY-4.0"],
  ["https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"],
  ["http://creativecommons.org/licenses/by-nc-sa/3.0/legalcode", "CC-BY-NC-SA-3.0"],
  ["https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"],
  ["https://spdx.org/licenses/BSD-3-Clause.html", "BSD-3-Clause"],
  ["https://spdx.org/licenses/MIT", "MIT"],
  ["https://opensource.org/license/mit/", "MIT"],
  ["GPL-3.0", "GPL-3.0-only"],
  ["GPL-3.0+", "GPL-3.0-or-later"],
  ["constructor", null],
  ["https://evil.org/licenses/MIT", null],
  ["", null],
])("%j is %j", (written, id) => {
  expect(normaliseLicense(written)).toBe(id);
});

test("names and addresses for people", () => {
  expect(licenseName("CC-BY-4.0")).toBe("Creative Commons Attribution 4.0 International");
  expect(licenseUrl("CC0-1.0")).toBe("https://creativecommons.org/publicdomain/zero/1.0/");
  expect(licenseName("Zlib")).toBe("Zlib");
  expect(licenseUrl("Zlib")).toBe("https://spdx.org/licenses/Zlib.html");
  expect(licenseUrl("javascript:alert(1)")).toBeNull();
});

// The telling lines of each licence, laid out as authors have them: wrapped, indented, as Markdown, in capitals.
test.each([
  [
    "MIT",
    "MIT License\n\nCopyright (c) 2026 A\n\nPermission is hereby granted, free of\ncharge, to any person … THE SOFTWARE IS PROVIDED “AS IS”, WITHOUT WARRANTY",
  ],
  [
    "Apache-2.0",
    "                                 Apache License\n                           Version 2.0, January 2004\n",
  ],
  [
    "BSD-3-Clause",
    "Redistribution and use in source and binary forms, with or without modification … this list of conditions … may be used to\nendorse or promote products derived from",
  ],
  [
    "BSD-2-Clause",
    "Redistribution and use in source and binary forms, with or without modification … retain this list of conditions",
  ],
  [
    "GPL-3.0-only",
    `GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n${"text ".repeat(1000)} or any later version … GNU Lesser General Public License`,
  ],
  ["GPL-2.0-only", "        GNU GENERAL PUBLIC LICENSE\n           Version 2, June 1991\n"],
  [
    "GPL-3.0-or-later",
    "it under the terms of the GNU General Public License as published by the FSF, either version 3 of the License, or (at your option) any later version.",
  ],
  [
    "LGPL-3.0-only",
    "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n incorporates the GNU General Public License",
  ],
  ["LGPL-2.1-only", "GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999"],
  ["AGPL-3.0-only", "GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007"],
  ["MPL-2.0", "Mozilla Public License Version 2.0\n=====\n"],
  ["CC-BY-4.0", "Attribution 4.0 International\n\n====\nCreative Commons Corporation"],
  ["CC-BY-SA-4.0", "# Attribution-ShareAlike 4.0 International"],
  ["CC-BY-NC-4.0", "Creative Commons Attribution-NonCommercial 4.0 International"],
  ["CC-BY-4.0", "The text is under [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)."],
  ["CC0-1.0", "Creative Commons Legal Code\n\nCC0 1.0 Universal"],
  ["Unlicense", "This is free and unencumbered software released into the public domain."],
  ["Zlib", "SPDX-License-Identifier: Zlib"],
  [null, "All rights reserved."],
  [null, ""],
])("%s by its text", (id, text) => {
  expect(recogniseLicense(text)).toBe(id);
});
