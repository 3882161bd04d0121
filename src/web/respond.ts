import type { Response } from 'express';

/** A client that takes nothing of its answer for this long is cut off, so that it cannot hold a slot for ever. */
const STALL_MS = 30_000;

/** Sends a body with exactly this content type. */
export function sendBytes(res: Response, contentType: string, body: Buffer): void {
  // Armed only now: a collection or a cleanup that the answer waits for may well take longer.
  res.setTimeout(STALL_MS);
  // A Buffer, because Express rewrites the content type of a string.
  res.set('Content-Type', contentType).send(body);
}

/** Sends plain text. */
export function sendText(res: Response, text: string): void {
  sendBytes(res, 'text/plain; charset=utf-8', Buffer.from(text));
}

/** Sends a page. */
export function sendHtml(res: Response, html: string): void {
  sendBytes(res, 'text/html; charset=utf-8', Buffer.from(html));
}

/** Sends a value as JSON, one line. */
export function sendJson(res: Response, value: object): void {
  sendBytes(res, 'application/json; charset=utf-8', Buffer.from(`${JSON.stringify(value)}\n`));
}
