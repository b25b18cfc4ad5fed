/** One bibliography layout; the parts that every one of ours shares are around it. */
function style(
  title: string,
  names: string,
  layout: string,
  etAl = 'et-al-min="11" et-al-use-first="7"',
): string {
  return `<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>${title}</title><id>colophon-${title}</id><updated>2026-01-01T00:00:00+00:00</updated></info>
<macro name="authors"><names variable="author">${names}</names></macro>
<macro name="version"><text variable="version" prefix="version "/></macro>
<macro name="year"><date variable="issued"><date-part name="year"/></date></macro>
<macro name="date"><date variable="issued" form="text"/></macro>
<macro name="title"><group delimiter=" "><text variable="title" font-style="italic"/><text variable="version" prefix="(Version " suffix=")"/><text variable="genre" prefix="[" suffix="]"/></group></macro>
<macro name="link"><choose><if variable="DOI"><text variable="DOI" prefix="https://doi.org/"/></if><else><text variable="URL"/></else></choose></macro>
<citation><layout><text macro="authors"/></layout></citation>
<bibliography ${etAl}><layout>${layout}</layout></bibliography>
</style>`;
}

/**
 * Styles that citation-js does not bring, and APA, whose full style takes most of a second to set up. Each written for the one kind of thing that is cited here: a piece of software with a
 * publisher, a version and a DOI. By the names that DOI resolvers know them under.
 */
export const ownStyles: Readonly<Record<string, string>> = {
  apa: style(
    "APA",
    '<name and="symbol" initialize-with=". " name-as-sort-order="all" sort-separator=", " delimiter=", " delimiter-precedes-last="always"/>',
    `<choose>
      <if variable="author"><group delimiter=". ">
        <text macro="authors"/><text macro="year" prefix="(" suffix=")"/><text macro="title"/>
        <text variable="publisher"/><text macro="link"/>
      </group></if>
      <else><group delimiter=". ">
        <text variable="publisher"/><text macro="year" prefix="(" suffix=")"/><text macro="title"/><text macro="link"/>
      </group></else>
    </choose>`,
    'et-al-min="21" et-al-use-first="19" et-al-use-last="true"',
  ),
  "chicago-author-date": style(
    "Chicago author-date",
    '<name and="text" name-as-sort-order="first" sort-separator=", " delimiter-precedes-last="always"/>',
    `<group delimiter=". " suffix=".">
      <text macro="authors"/><text macro="year"/>
      <text variable="title" quotes="true"/>
      <text variable="version" prefix="Version "/><text variable="genre"/><text variable="publisher"/>
      <text macro="date"/><text macro="link"/>
    </group>`,
  ),
  ieee: style(
    "IEEE",
    '<name and="text" initialize-with=". " delimiter=", "/>',
    `<group delimiter=", ">
      <text macro="authors"/><text variable="title" quotes="true"/><text macro="version"/>
      <text variable="publisher"/><text macro="date" suffix="."/>
    </group><text macro="link" prefix=" [Online]. Available: "/>`,
  ),
  "modern-language-association": style(
    "MLA",
    '<name and="text" name-as-sort-order="first" sort-separator=", " delimiter-precedes-last="always" et-al-min="3" et-al-use-first="1"/>',
    `<group delimiter=". " suffix=".">
      <text macro="authors"/><text variable="title" font-style="italic"/>
      <group delimiter=", "><text variable="version" prefix="Version "/><text variable="publisher"/><text macro="date"/><text macro="link"/></group>
    </group>`,
  ),
};
