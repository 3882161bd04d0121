/** What a client claims to be. */
export interface BasicCredentials {
  readonly user: string;
  /** As it was sent: nothing says that a password is text. */
  readonly password: Buffer;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The user name and password of an `Authorization` header field (RFC 7617); null where it holds none. */
export function parseBasicCredentials(header: string | undefined): BasicCredentials | null {
  const [, encoded] = /^basic (.*)$/i.exec(header ?? '') ?? [];
  // Buffer.from skips what is no base64; Go refuses it.
  if (encoded === undefined || !BASE64.test(encoded)) return null;
  const decoded = Buffer.from(encoded, 'base64');
  const colon = decoded.indexOf(':');
  if (colon === -1) return null;
  return { user: decoded.toString('utf8', 0, colon), password: decoded.subarray(colon + 1) };
}
