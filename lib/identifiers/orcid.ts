/**
 * The ORCID iD in a text, bare or as orcid.org's address, in the form 0000-0002-1825-0097; null where it is none or where its
 * last character is not the ISO 7064 mod 11-2 check digit of the others.
 */
export function checkOrcid(text: string): string | null {
  const match =
    /^(?:https?:\/\/(?:www\.|sandbox\.)?orcid\.org\/|orcid:\s*)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dxX])\/?$/i.exec(
      text.trim().slice(0, 200),
    );
  if (!match) return null;
  const id = match.slice(1, 5).join("-").toUpperCase();
  return id.endsWith(checkDigit(id.replaceAll("-", "").slice(0, 15))) ? id : null;
}

/** An ORCID iD as the address that its owners ask for. */
export function orcidUrl(orcid: string): string {
  return `https://orcid.org/${orcid}`;
}

function checkDigit(digits: string): string {
  let total = 0;
  for (const digit of digits) total = (total + Number(digit)) * 2;
  const rest = (12 - (total % 11)) % 11;
  return rest === 10 ? "X" : String(rest);
}
