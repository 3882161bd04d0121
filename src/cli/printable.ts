/** A text without what would move a terminal's cursor or colour it: user names and answers of others may hold such. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
