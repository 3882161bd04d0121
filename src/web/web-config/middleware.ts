import type { RequestHandler } from 'express';
import { HttpError } from '../http-errors.ts';
import { parseBasicCredentials } from './basic-credentials.ts';
import { PasswordCheck } from './password-check.ts';
import type { TlsGate } from './tls-gate.ts';
import { TokenBucket, type RateLimit } from './token-bucket.ts';
import type { WebConfig } from './web-config.ts';

/** What {@link webConfigMiddleware} works with. */
interface WebConfigMiddlewareOptions {
  /** What the file says now; rejects where it cannot be used. */
  readonly read: () => Promise<WebConfig>;
  /** Null without TLS. */
  readonly gate: Pick<TlsGate, 'stillAdmits'> | null;
  /** Null for no limit; the file's at the start. */
  readonly rateLimit: RateLimit | null;
}

/**
 * A middleware that does to every request, of whatever path, what web-config.yml asks for, in the order of the other
 * exporters: read the file (500 where it is broken), limit the rate (429), set header fields, ask for a login (401).
 */
export function webConfigMiddleware(options: WebConfigMiddlewareOptions): RequestHandler {
  const { read, gate, rateLimit } = options;
  const bucket = rateLimit === null ? null : new TokenBucket(rateLimit);
  const passwords = new PasswordCheck();

  return async function webConfig(req, res, next) {
    let config: WebConfig;
    let admitted: boolean;
    try {
      config = await read();
      admitted = gate === null || (await gate.stillAdmits(req.socket, config));
    } catch (cause) {
      throw new HttpError('broken_web_config', undefined, { cause });
    }
    if (!admitted) {
      // As a refused handshake: the client has to connect, and prove itself, anew.
      req.socket.destroy();
      return;
    }
    if (bucket?.take() === false) throw new HttpError('rate_limited');
    for (const [name, value] of config.headers) res.setHeader(name, value);
    if (config.users.size > 0) {
      const credentials = parseBasicCredentials(req.headers.authorization);
      if (credentials === null || !(await passwords.admits(config.users, credentials))) {
        throw new HttpError('unauthorized', undefined, { headers: { 'WWW-Authenticate': 'Basic' } });
      }
    }
    next();
  };
}
