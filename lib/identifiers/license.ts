import deprecated from "spdx-license-ids/deprecated.json" with { type: "json" };
import current from "spdx-license-ids/index.json" with { type: "json" };

const byLowerCase = new Map([...deprecated, ...current].map((id) => [id.toLowerCase(), id]));

/** The licences that papers and their code really use, with the names that people know them by. */
const common: ReadonlyMap<string, { name: string; url: string }> = new Map([
  ["CC-BY-4.0", cc("Attribution 4.0 International", "licenses/by/4.0")],
  ["CC-BY-SA-4.0", cc("Attribution-ShareAlike 4.0 International", "licenses/by-sa/4.0")],
  ["CC-BY-NC-4.0", cc("Attribution-NonCommercial 4.0 International", "licenses/by-nc/4.0")],
  ["CC-BY-ND-4.0", cc("Attribution-NoDerivatives 4.0 International", "licenses/by-nd/4.0")],
  [
    "CC-BY-NC-SA-4.0",
    cc("Attribution-NonCommercial-ShareAlike 4.0 International", "licenses/by-nc-sa/4.0"),
  ],
  [
    "CC-BY-NC-ND-4.0",
    cc("Attribution-NonCommercial-NoDerivatives 4.0 International", "licenses/by-nc-nd/4.0"),
  ],
  ["CC-BY-3.0", cc("Attribution 3.0 Unported", "licenses/by/3.0")],
  ["CC0-1.0", cc("Zero v1.0 Universal", "publicdomain/zero/1.0")],
  ["MIT", spdx("MIT", "MIT License")],
  ["Apache-2.0", spdx("Apache-2.0", "Apache License 2.0")],
  ["BSD-2-Clause", spdx("BSD-2-Clause", 'BSD 2-Clause "Simplified" License')],
  ["BSD-3-Clause", spdx("BSD-3-Clause", 'BSD 3-Clause "New" or "Revised" License')],
  ["MPL-2.0", spdx("MPL-2.0", "Mozilla Public License 2.0")],
  ["Unlicense", spdx("Unlicense", "The Unlicense")],
  ["GPL-2.0-only", spdx("GPL-2.0-only", "GNU General Public License v2.0 only")],
  ["GPL-2.0-or-later", spdx("GPL-2.0-or-later", "GNU General Public License v2.0 or later")],
  ["GPL-3.0-only", spdx("GPL-3.0-only", "GNU General Public License v3.0 only")],
  ["GPL-3.0-or-later", spdx("GPL-3.0-or-later", "GNU General Public License v3.0 or later")],
  ["LGPL-2.1-only", spdx("LGPL-2.1-only", "GNU Lesser General Public License v2.1 only")],
  ["LGPL-3.0-only", spdx("LGPL-3.0-only", "GNU Lesser General Public License v3.0 only")],
  ["AGPL-3.0-only", spdx("AGPL-3.0-only", "GNU Affero General Public License v3.0 only")],
]);

/** Ways to name a licence that are no SPDX identifier. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["cc-by", "CC-BY-4.0"],
  ["cc by 4.0", "CC-BY-4.0"],
  ["cc-by-sa", "CC-BY-SA-4.0"],
  ["cc by-sa 4.0", "CC-BY-SA-4.0"],
  ["cc0", "CC0-1.0"],
  ["cc-zero", "CC0-1.0"],
  ["mit license", "MIT"],
  ["mit-license", "MIT"],
  ["apache", "Apache-2.0"],
  ["apache2.0", "Apache-2.0"],
  ["apache 2.0", "Apache-2.0"],
  ["apache license 2.0", "Apache-2.0"],
  ["bsd", "BSD-3-Clause"],
  ["bsd-3", "BSD-3-Clause"],
  ["bsd-2", "BSD-2-Clause"],
  ["gpl-2.0", "GPL-2.0-only"],
  ["gpl-2.0+", "GPL-2.0-or-later"],
  ["gpl-3.0", "GPL-3.0-only"],
  ["gpl-3.0+", "GPL-3.0-or-later"],
  ["gplv2", "GPL-2.0-only"],
  ["gplv3", "GPL-3.0-only"],
  ["lgpl-2.1", "LGPL-2.1-only"],
  ["lgpl-3.0", "LGPL-3.0-only"],
  ["agpl-3.0", "AGPL-3.0-only"],
  ["mpl 2.0", "MPL-2.0"],
]);

/** The SPDX identifier for what an author wrote: an identifier in any case, its address, or a common name; null where unknown. */
export function normaliseLicense(text: string): string | null {
  const trimmed = text.trim().slice(0, 300);
  const address =
    /^https?:\/\/(?:www\.)?(?:spdx\.org\/licenses|opensource\.org\/licenses?)\/([^/?#]+?)(?:\.(?:html|json))?\/?$/i;
  const key = (address.exec(trimmed)?.[1] ?? trimmed).toLowerCase();
  return aliases.get(key) ?? byLowerCase.get(key) ?? creativeCommons(trimmed);
}

/** A licence's name for people; the identifier itself where no other is known. */
export function licenseName(id: string): string {
  return common.get(id)?.name ?? id;
}

/** Where a licence can be read; null for what is no SPDX identifier. */
export function licenseUrl(id: string): string | null {
  const listed = common.get(id)?.url;
  if (listed) return listed;
  return byLowerCase.get(id.toLowerCase()) === id ? `https://spdx.org/licenses/${id}.html` : null;
}

/** Creative Commons' own addresses: creativecommons.org/licenses/by/4.0/. */
function creativeCommons(text: string): string | null {
  const match =
    /^https?:\/\/(?:www\.)?creativecommons\.org\/(?:licenses\/([a-z-]+)|publicdomain\/(zero))\/(\d\.\d)(?:[/?#].*)?$/i.exec(
      text,
    );
  if (!match) return null;
  const id = match[2] ? `CC0-${match[3]}` : `CC-${match[1]}-${match[3]}`;
  return byLowerCase.get(id.toLowerCase()) ?? null;
}

function cc(name: string, path: string): { name: string; url: string } {
  return {
    name: `Creative Commons ${name}`,
    url: `https://creativecommons.org/${path}/`,
  };
}

function spdx(id: string, name: string): { name: string; url: string } {
  return { name, url: `https://spdx.org/licenses/${id}.html` };
}
