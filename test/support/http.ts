import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** From the request to the last byte. */
  readonly durationMs: number;
}

/** How a request is made. */
export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds it may take; 10 000 by default. */
  readonly timeout?: number;
}

/** No answer in these tests may take longer, unless they say so. */
const TIMEOUT_MS = 10_000;

/** Asks `host:port`, or `unix:/path`, on a connection of its own. */
export async function ask(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body, timeout = TIMEOUT_MS }: RequestOptions = {},
): Promise<Answer> {
  const startedAt = performance.now();
  const where = address.startsWith('unix:')
    ? { socketPath: address.slice('unix:'.length) }
    : {
        host: new URL(`http://${address}`).hostname.replace(/^\[|\]$/g, ''),
        port: new URL(`http://${address}`).port,
      };
  return new Promise((resolve, reject) => {
    const asked = request({
      ...where,
      path,
      method,
      headers,
      agent: false,
      signal: AbortSignal.timeout(timeout),
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          text: body.toString('utf8'),
          durationMs: performance.now() - startedAt,
        });
      });
    });
    asked.end(body);
  });
}
