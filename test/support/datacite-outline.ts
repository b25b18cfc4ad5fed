/** The elements of kernel-4 that occur, in our words: a wrong name, a missing mandatory one or a stray attribute fails. */
export const dataCiteOutline = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://datacite.org/schema/kernel-4"
  targetNamespace="http://datacite.org/schema/kernel-4" elementFormDefault="qualified">
  <xs:complexType name="text"><xs:simpleContent><xs:extension base="xs:string">
    ${[
      "identifierType",
      "resourceTypeGeneral",
      "dateType",
      "descriptionType",
      "nameType",
      "nameIdentifierScheme",
      "schemeURI",
      "rightsURI",
      "rightsIdentifier",
      "rightsIdentifierScheme",
      "relatedIdentifierType",
      "relationType",
      "alternateIdentifierType",
    ]
      .map((name) => `<xs:attribute name="${name}"/>`)
      .join("")}
  </xs:extension></xs:simpleContent></xs:complexType>
  <xs:complexType name="creator"><xs:sequence>
    <xs:element name="creatorName" type="text"/><xs:element name="givenName" type="text" minOccurs="0"/>
    <xs:element name="familyName" type="text" minOccurs="0"/>
    <xs:element name="nameIdentifier" type="text" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="affiliation" type="text" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>
  <xs:element name="resource"><xs:complexType><xs:all>
    ${["identifier", "publisher", "publicationYear", "resourceType"].map((name) => `<xs:element name="${name}" type="text"/>`).join("")}
    <xs:element name="version" type="text" minOccurs="0"/>
    ${[
      ["creators", "creator", "creator"],
      ...[
        "title",
        "subject",
        "date",
        "alternateIdentifier",
        "relatedIdentifier",
        "size",
        "format",
        "description",
      ].map((name) => [`${name}s`, name, "text"]),
      ["rightsList", "rights", "text"],
    ]
      .map(
        ([group, name, type]) =>
          `<xs:element name="${group}"><xs:complexType><xs:sequence><xs:element name="${name}" type="${type}" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>`,
      )
      .join("")}
  </xs:all></xs:complexType></xs:element>
</xs:schema>`;
