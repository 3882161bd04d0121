const LONGEST = 80;

/** A piece of foreign text as a log may hold it: quoted, shortened, one line, control characters escaped. */
export function excerpt(text: string): string {
  const whole = text.length <= LONGEST;
  // JSON leaves DEL, C1 controls and bidirectional marks as they are, and a terminal obeys them.
  const quoted = JSON.stringify(text.slice(0, LONGEST)).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return whole ? quoted : `${quoted}…`;
}
