import { messageOf } from '../errors.ts';
import type { ExporterAccess } from './exporter-flags.ts';
import { printable } from './printable.ts';

/** Why a running exporter did not tell what it was asked; the message is one sentence with the next thing to do. */
export class ExporterError extends Error {
  override readonly name = 'ExporterError';
  /** `no_answer`: nobody is there. `refused`: somebody is, and did not give what was asked for. */
  readonly code: 'no_answer' | 'refused';

  constructor(code: ExporterError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Nobody listens, or not within reach (connect(2), getaddrinfo(3)). */
const NOBODY_THERE: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/** The next thing to do for what a client finds wrong with a certificate (openssl-verification-options(1)). */
const UNTRUSTED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'renew it',
  CERT_NOT_YET_VALID: 'look whether the clocks are right',
  ERR_TLS_CERT_ALTNAME_INVALID: 'give --exporter.url a host name that the certificate is for',
};

/** The error of a request that ended with an error of a socket, of TLS or of HTTP, before a whole answer was there. */
export function connectionError({ address }: ExporterAccess, cause: unknown): ExporterError {
  const code = codeOf(cause);
  if (NOBODY_THERE.has(code)) {
    return new ExporterError(
      'no_answer',
      `no exporter answers at ${address.text} (${code}): start it, or correct --exporter.url`,
      { cause },
    );
  }
  const refused = (what: string, mend: string): ExporterError =>
    new ExporterError('refused', `what listens at ${address.text} ${what}: ${mend}`, { cause });
  const said = printable(messageOf(cause));
  if (code === 'EACCES' || code === 'EPERM') {
    return refused(
      `may not be asked by this user (${code})`,
      "run the command as root or in the socket's group",
    );
  }
  if (isUntrusted(code)) {
    return refused(
      `has a certificate that cannot be trusted (${said})`,
      UNTRUSTED[code] ?? 'name the authority that vouches for it with --ca-file',
    );
  }
  if (code.includes('CERTIFICATE_REQUIRED')) {
    return refused(
      'wants a client certificate',
      'this command has none to show, ask /api/v1/sets with a program that has',
    );
  }
  if (address.tls && messageOf(cause).includes('wrong version number')) {
    return refused('does not speak TLS', 'try --exporter.url with http://');
  }
  if (address.tls && (code === 'ECONNRESET' || code === 'EPROTO' || code.startsWith('ERR_SSL'))) {
    return refused(`ended the TLS connection (${code})`, 'its log says why');
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return refused(
      'closed the connection without an answer',
      'if it speaks TLS, give --exporter.url with https://',
    );
  }
  return refused(`gave no answer that can be read (${said})`, 'correct --exporter.url');
}

/** Codes of X509_verify_cert_error_string, as Node names them, and of the check of the host name. */
function isUntrusted(code: string): boolean {
  return (
    code === 'ERR_TLS_CERT_ALTNAME_INVALID' ||
    /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH)/.test(
      code,
    )
  );
}

/** The code of an error; where several addresses of a name were tried, Node has it on the error that gathers them. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Makes the error of an answer other than 200; `told` is the exporter's own code and sentence, null where it gave none. */
export type StatusError = (
  access: ExporterAccess,
  status: number,
  told: { readonly code: string; readonly message: string } | null,
) => ExporterError;

/** The error of an answer other than 200; `told` is the exporter's own code and sentence, null where it gave none. */
export function statusError(
  { address, authorization }: ExporterAccess,
  status: number,
  told: { readonly code: string; readonly message: string } | null,
): ExporterError {
  const refused = (what: string): ExporterError =>
    new ExporterError('refused', `the exporter at ${address.text} ${what}`);
  if (status === 401) {
    return refused(
      authorization === undefined
        ? 'asks for a login: give --user and --password-file'
        : 'refuses the login: correct --user or the content of --password-file',
    );
  }
  if (told === null) return strangerError(address.text, `answered ${status}`);
  if (told.code === 'not_collected') {
    return refused(`has nothing to tell, look at its log: ${printable(told.message)}`);
  }
  if (status === 429) return refused('limits the rate of requests: try again in a moment');
  return refused(`answered ${status}: ${printable(told.message)}`);
}

/** The error of an answer that no exporter gives. */
export function strangerError(address: string, what: string): ExporterError {
  return new ExporterError(
    'refused',
    `what listens at ${address} is no sysvsem-exporter of this kind, it ${what}: correct --exporter.url`,
  );
}
