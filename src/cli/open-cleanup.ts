import type { ErrorRequestHandler, RequestHandler } from 'express';

import { Audit } from '../cleanup/audit.ts';
import { Cleanup } from '../cleanup/cleanup.ts';
import { Tokens } from '../cleanup/tokens.ts';
import type { CollectorWorker } from '../collector/collector-worker.ts';
import type { Collections } from '../collector/collections.ts';
import { UserNames } from '../kernel/user-names.ts';
import type { Log } from '../log.ts';
import { cleanupHandlers } from '../web/cleanup-handler.ts';
import type { LiveWebConfig } from '../web/web-config/live-web-config.ts';
import { cleanupConfig } from './cleanup-flags.ts';
import type { ServeFlags } from './flags.ts';

/** What serves cleanups. */
export interface OpenCleanup {
  readonly cleanup: Cleanup;
  readonly tokens: Tokens;
  /** Of `POST /api/v1/cleanup`. */
  readonly handlers: readonly (RequestHandler | ErrorRequestHandler)[];
}

/** What cleanups work with. */
export interface CleanupParts {
  readonly worker: CollectorWorker;
  readonly collections: Collections;
  /** Null where there is no web config. */
  readonly webConfig: LiveWebConfig | null;
  readonly log: Log;
  readonly stop: AbortSignal;
}

/** Opens what `--cleanup.enabled` asks for. Rejects with a UsageError for what is missing or unsafe. */
export async function openCleanup(flags: ServeFlags, parts: CleanupParts): Promise<OpenCleanup> {
  const names = new UserNames();
  const { policy, programs, tokenFile, auditFile } = await cleanupConfig(flags, names);
  const { worker, collections, webConfig, stop } = parts;
  const log = parts.log.for('cleanup');
  const tokens = await Tokens.open(tokenFile, log);
  const audit = new Audit(auditFile, log);
  await audit.check();
  const collect = (): Promise<void> => collections.collectNow();
  const cleanup = new Cleanup({ policy, source: worker, programs, names, audit, log, stop, collect });
  const asksForLogin = (): boolean => webConfig?.asksForLogin() ?? false;
  return { cleanup, tokens, handlers: cleanupHandlers({ cleanup, tokens, asksForLogin, log }) };
}
