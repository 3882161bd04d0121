import type { RequestHandler } from 'express';
import type { WebContext } from './context.ts';
import { readiness } from './readiness.ts';
import { sendText } from './respond.ts';

/** Answers `/-/healthy`: to answer at all is the proof. */
export const healthyHandler: RequestHandler = (_req, res) => {
  sendText(res, 'Healthy');
};

/** Answers `/-/ready`: 200, or 503 with the reason in one sentence. It never collects: probes are frequent. */
export function readyHandler(context: WebContext): RequestHandler {
  return (_req, res) => {
    const verdict = readiness(context.status(), context.collectorIntervalMs, Date.now());
    res.status(verdict.ready ? 200 : 503);
    sendText(res, verdict.ready ? 'Ready' : verdict.reason);
  };
}
