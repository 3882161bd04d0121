import type { RequestHandler } from 'express';
import type { Log } from '../../log.ts';
import { plainHttp, type ServerFactory } from '../http-server.ts';
import { webConfigMiddleware } from './middleware.ts';
import { webConfigNotices } from './notices.ts';
import { TlsGate } from './tls-gate.ts';
import { WebConfigFile } from './web-config-file.ts';
import type { WebConfig } from './web-config.ts';

/** The web config file at work. */
export interface LiveWebConfig {
  /** Whether TLS is on; settled at the start. */
  readonly tls: boolean;
  /** Makes the server of one address: HTTPS where TLS is on. */
  readonly createServer: ServerFactory;
  /** Belongs before everything that answers. */
  readonly middleware: RequestHandler;
  /** Whether the file asks for a login, by its last good reading. */
  readonly asksForLogin: () => boolean;
  /** Reads file and certificates and logs what is found; for SIGHUP. Never throws: a fault is logged. */
  readonly reload: () => Promise<void>;
}

/**
 * Opens the file that `--web.config.file` names. Whether TLS is on and the rate limit are settled now, everything
 * else is read again on each request and each handshake. Throws a UsageError that names the file, the key and the mend.
 */
export async function openWebConfig(path: string, log: Log): Promise<LiveWebConfig> {
  const file = new WebConfigFile(path, log);
  let last = await file.read();
  const gate = last.tls === null ? null : new TlsGate(file, log);
  await gate?.check();
  tell(last, log);
  const read = async (): Promise<WebConfig> => (last = await file.read());
  return {
    tls: gate !== null,
    createServer: gate?.createServer ?? plainHttp,
    middleware: webConfigMiddleware({ read, gate, rateLimit: last.rateLimit }),
    asksForLogin: () => last.users.size > 0,
    reload: async () => {
      try {
        const config = await read();
        await gate?.check();
        tell(config, log);
      } catch {
        // Logged where it was met.
      }
    },
  };
}

function tell(config: WebConfig, log: Log): void {
  const { tls, users, rateLimit } = config;
  log.info('Web config read', {
    tls: tls !== null,
    http2: false,
    users: users.size,
    rate_limit: rateLimit !== null,
  });
  for (const notice of webConfigNotices(config)) log.warn(notice);
}
