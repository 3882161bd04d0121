/** The header fields that web-config.yml may set → the values they may have; undefined is any. */
const HEADERS: Readonly<Record<string, readonly string[] | undefined>> = {
  'Content-Security-Policy': undefined,
  'Strict-Transport-Security': undefined,
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': undefined,
};

/**
 * The value as Node sends it, for a header field of `http_server_config.headers`. Throws a RangeError where the
 * other exporters refuse name or value, and for control characters.
 */
export function checkHeader(name: string, value: string): string {
  if (!Object.hasOwn(HEADERS, name)) {
    throw new RangeError(
      `holds ${JSON.stringify(name)}, which it may not; use only ${Object.keys(HEADERS).join(', ')}`,
    );
  }
  const allowed = HEADERS[name];
  if (allowed !== undefined && !allowed.includes(value)) {
    throw new RangeError(`holds a value of ${name} that is not allowed; use ${allowed.join(' or ')}`);
  }
  // As Go does: a folded value of several lines becomes one.
  const line = value.replaceAll(/[\r\n]/g, ' ').trim();
  if (/(?!\t)\p{Cc}/u.test(line)) {
    throw new RangeError(`holds a control character in the value of ${name}; remove it`);
  }
  // Go sends the bytes; Node takes each character for one byte.
  return Buffer.from(line, 'utf8').toString('latin1');
}
