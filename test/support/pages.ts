import express from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { CollectionStatus } from '../../src/collector/status.ts';
import { createLog } from '../../src/log.ts';
import { HttpError } from '../../src/web/http-errors.ts';
import { errorHandler } from '../../src/web/error-handler.ts';
import { runbookHandler, runbookListHandler, runbooksRedirect } from '../../src/web/runbooks/handlers.ts';
import { Runbooks } from '../../src/web/runbooks/runbooks.ts';
import { statusPageHandler } from '../../src/web/status-page/handler.ts';
import type { ExporterFacts } from '../../src/web/status-page/view.ts';
import type { AtEnd } from './program.ts';

/** Runbooks that the tests write themselves. */
export const RUNBOOKS = fileURLToPath(new URL('../fixtures/runbooks', import.meta.url));

/** What the pages are to show; may be exchanged while they are served. */
export interface Shown {
  status: CollectionStatus;
  facts: ExporterFacts;
}

/** Pages of an invented exporter that are served on a free port of 127.0.0.1. */
export interface ServedPages {
  /** `host:port`. */
  readonly address: string;
  readonly shown: Shown;
  /** No longer answers. */
  stop(): Promise<void>;
}

/** Serves the pages as the exporter does, below `prefix`, as a proxy may. */
export async function servePages(
  atEnd: AtEnd,
  { status, facts }: Shown,
  { prefix = '', runbooks = RUNBOOKS, headers = {} } = {},
): Promise<ServedPages> {
  const shown: Shown = { status, facts };
  const shipped = new Runbooks(runbooks);
  const router = express.Router({ strict: true, caseSensitive: true });
  router.use((_req, res, next) => {
    res.set(headers);
    next();
  });
  router.get('/', (req, res, next) => {
    const source = { status: () => shown.status, refresh: () => Promise.resolve() };
    return statusPageHandler(source, shown.facts)(req, res, next);
  });
  router.get('/runbooks', runbooksRedirect);
  router.get('/runbooks/', runbookListHandler(shipped));
  router.get('/runbooks/:name', runbookHandler(shipped));
  router.get(['/metrics', '/api/v1/status', '/api/v1/sets', '/-/ready', '/-/healthy'], (_req, res) => {
    res.type('text').send('ok\n');
  });
  const app = express().disable('etag');
  app.use(prefix === '' ? '/' : prefix, router);
  app.use(() => {
    throw new HttpError('not_found');
  });
  app.use(errorHandler(createLog({ level: 'error', format: 'logfmt', write: () => undefined })));
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  atEnd(stop);
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, shown, stop };
}
