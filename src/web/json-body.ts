import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-errors.ts';

/**
 * What a request's body says, as JSON. Rejects with an HttpError: `body_too_large` as soon as there is more than `mostBytes`,
 * however much is still to come, `bad_body` where it is no JSON, and `bad_request` where it does not come to its end.
 * (Express's own reader answers only when the whole body has come, which for one that never ends is never.)
 */
export async function readJson(req: IncomingMessage, mostBytes: number): Promise<unknown> {
  if (Number(req.headers['content-length'] ?? 0) > mostBytes) throw new HttpError('body_too_large');
  const body = await readBody(req, mostBytes);
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (cause) {
    throw new HttpError('bad_body', 'The body is no JSON.', { cause });
  }
}

function readBody(req: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    // What comes after the last byte that is kept is read and dropped, so that the answer reaches a client that still writes.
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
      else reject(new HttpError('body_too_large'));
    });
    req.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    const broken = (cause?: Error): void => {
      reject(new HttpError('bad_request', undefined, { cause }));
    };
    req.once('error', broken);
    // It may have broken while a login was being checked.
    if (req.destroyed) broken();
  });
}
