import type { RequestHandler } from 'express';
import { sendPage } from '../html/send-page.ts';
import { listPage, noRunbookPage, runbookPage } from './pages.ts';
import type { Runbooks } from './runbooks.ts';

/** `GET /runbooks`: leads to the list; relative, so that it leads the right way behind a proxy's prefix too. */
export const runbooksRedirect: RequestHandler = (_req, res) => {
  res.redirect(301, 'runbooks/');
};

/** `GET /runbooks/`: the list of the shipped runbooks. */
export function runbookListHandler(runbooks: Runbooks): RequestHandler {
  return async (_req, res) => {
    sendPage(res, listPage(await runbooks.all()));
  };
}

/** `GET /runbooks/:name`: the runbook of that alert, so that the alert's link works with no internet. */
export function runbookHandler(runbooks: Runbooks): RequestHandler {
  return async (req, res) => {
    const { name } = req.params;
    const runbook = typeof name === 'string' ? await runbooks.get(name) : null;
    if (runbook === null) sendPage(res.status(404), noRunbookPage());
    else sendPage(res, runbookPage(runbook));
  };
}
