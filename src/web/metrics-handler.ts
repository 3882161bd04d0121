import type { RequestHandler } from 'express';
import { CONTENT_TYPES, negotiateFormat } from '../metrics/negotiate.ts';
import type { WebContext } from './context.ts';
import { sendBytes } from './respond.ts';

/** Answers a scrape, in the format and the content coding the scraper prefers. */
export function metricsHandler(context: WebContext): RequestHandler {
  return async (req, res) => {
    const format = negotiateFormat(req.get('accept'));
    // Where a client refuses identity too, it gets identity: a scraper is better off with that than with a 406.
    const encoding = req.acceptsEncodings('gzip', 'identity') === 'gzip' ? 'gzip' : 'identity';
    await context.refresh();
    const body = await context.exposition(format, encoding);
    res.set('Vary', 'Accept, Accept-Encoding');
    if (encoding === 'gzip') res.set('Content-Encoding', encoding);
    sendBytes(res, CONTENT_TYPES[format], body);
  };
}
