import type { RequestHandler } from 'express';
import type { CollectionStatus } from '../../collector/status.ts';
import { sendPage } from '../html/send-page.ts';
import { statusPage } from './render.ts';
import { statusView } from './view.ts';
import type { ExporterFacts } from './view.ts';

/** Where the status page has its numbers from; a WebContext is one. */
export interface StatusSource {
  /** What is known at this moment. */
  status(): CollectionStatus;
  /** Collects, where every request does; never rejects. */
  refresh(): Promise<void>;
}

/** `GET /`: the status page. */
export function statusPageHandler(source: StatusSource, facts: ExporterFacts): RequestHandler {
  return async (_req, res) => {
    await source.refresh();
    sendPage(res, statusPage(statusView(source.status(), facts, Date.now() / 1000)));
  };
}
