import type { Request, RequestHandler } from 'express';
import type { WebContext } from './context.ts';
import { HttpError } from './http-errors.ts';
import { whyNotCollected } from './readiness.ts';
import { sendJson } from './respond.ts';
import { setsPage } from './sets-page.ts';
import { parseSetsQuery, refuseUnknown } from './sets-query.ts';
import { statusJson } from './status-json.ts';

/** Answers `GET /api/v1/status`; 200 also while collections fail, because that is what it then tells. */
export function statusHandler(context: WebContext): RequestHandler {
  return async (req, res) => {
    refuseUnknown(queryOf(req), []);
    await context.refresh();
    sendJson(res, statusJson(context.status(), context.build.version));
  };
}

/** Answers `GET /api/v1/sets`; 503 while there is nothing to list, which an empty list would hide. */
export function setsHandler(context: WebContext): RequestHandler {
  return async (req, res) => {
    const query = parseSetsQuery(queryOf(req));
    await context.refresh();
    const status = context.status();
    if (status.snapshot === null) throw new HttpError('not_collected', whyNotCollected(status));
    sendJson(res, await setsPage(status.snapshot, query));
  };
}

/** The query as it was sent: every value of a repeated parameter, none turned into a list or an object. */
function queryOf(req: Request): URLSearchParams {
  const start = req.url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : req.url.slice(start));
}
