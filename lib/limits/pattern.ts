/**
 * Whether `text` fits a pattern in which `*` stands for anything and `?` for one character; case does not matter.
 * Takes at most length of text × length of pattern steps, whatever an administrator or a stranger writes.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  const subject = text.toLowerCase();
  const wanted = pattern.toLowerCase();
  let at = 0;
  let place = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < subject.length) {
    if (place < wanted.length && wanted[place] === "*") {
      star = place;
      place += 1;
      resumeAt = at;
    } else if (place < wanted.length && (wanted[place] === "?" || wanted[place] === subject[at])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      // The last star takes one character more: earlier ones never need to.
      resumeAt += 1;
      at = resumeAt;
      place = star + 1;
    } else return false;
  }
  while (wanted[place] === "*") place += 1;
  return place === wanted.length;
}
