import type { ErrorRequestHandler } from 'express';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { HttpError } from './http-errors.ts';
import { sendJson, sendText } from './respond.ts';

/**
 * The last handler of the app: JSON under /api/, plain text elsewhere. What nobody foresaw is logged and
 * answered with a sentence that gives nothing away.
 */
export function errorHandler(log: Log): ErrorRequestHandler {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- Express knows an error handler by its four parameters
  return (error: unknown, req, res, _next) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal') {
      log.error('A request could not be answered', { method: req.method, err: detailOf(error) });
    }
    if (res.headersSent) {
      // Half an answer must not look like a whole one.
      res.destroy();
      return;
    }
    res.status(refusal.status).set(refusal.headers);
    if (req.path.startsWith('/api/')) {
      sendJson(res, { error: { code: refusal.code, message: refusal.message } });
    } else {
      sendText(res, `${refusal.message}\n`);
    }
  };
}

/** Express throws errors with a `status` for requests that it cannot read, such as a malformed path. */
function refusalOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  const code = typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : 'internal';
  return new HttpError(code, undefined, { cause: error });
}

function detailOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
}
