import { once } from 'node:events';
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

import { z } from 'zod';

import { connectionError, ExporterError, statusError, strangerError } from './exporter-error.ts';
import type { ExporterAccess } from './exporter-flags.ts';

/** How long an exporter may be silent, in milliseconds: longer than its collection, which an answer may have to wait for. */
const SILENCE = 12_000;
/** How long one answer may take in all, in milliseconds. */
const WHOLE = 60_000;
/** Most bytes of one answer: a page of sets, each with thousands of holders. */
const MOST_BYTES = 128 * 1024 * 1024;

const REFUSAL = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Asks a running exporter. Every fault is an ExporterError, but a stop, which is the signal's reason. */
export class ExporterClient {
  readonly #access: ExporterAccess;
  readonly #stop: AbortSignal;
  readonly #agent: PlainAgent;

  constructor(access: ExporterAccess, stop: AbortSignal) {
    this.#access = access;
    this.#stop = stop;
    this.#agent = access.address.tls
      ? new TlsAgent({ keepAlive: true, maxSockets: 1, ...(access.ca !== undefined && { ca: access.ca }) })
      : new PlainAgent({ keepAlive: true, maxSockets: 1 });
  }

  /** The JSON that it answers at a path, as far as its shape is the one that is expected. */
  async get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const { status, body } = await this.#exchange(path);
    const json = parseJson(body);
    if (status !== 200) {
      throw statusError(this.#access, status, REFUSAL.safeParse(json).data?.error ?? null);
    }
    const answer = shape.safeParse(json);
    if (answer.success) return answer.data;
    throw this.#stranger('answered something else');
  }

  /** Closes the connection. */
  close(): void {
    this.#agent.destroy();
  }

  async #exchange(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const late = AbortSignal.timeout(WHOLE);
    try {
      const response = await this.#send(path, AbortSignal.any([this.#stop, late]));
      // Nothing else is worth reading: a redirect is not followed, for a login would follow it.
      return { status: response.statusCode ?? 0, body: await this.#read(response) };
    } catch (error) {
      if (this.#stop.aborted) throw new Error('stopped before the exporter had answered', { cause: error });
      if (error instanceof ExporterError) throw error;
      if (late.aborted) throw this.#stranger(`took longer than ${WHOLE / 1000} s to answer`);
      throw connectionError(this.#access, error);
    }
  }

  async #send(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { address, authorization } = this.#access;
    const asked = (address.tls ? tlsRequest : plainRequest)({
      ...address.target,
      path: address.prefix + path,
      agent: this.#agent,
      timeout: SILENCE,
      signal,
      headers: { Accept: 'application/json', ...(authorization && { Authorization: authorization }) },
    });
    asked.on('timeout', () => {
      asked.destroy(Object.assign(new Error(`silent for ${SILENCE / 1000} s`), { code: 'ETIMEDOUT' }));
    });
    // What goes wrong after the answer has begun is met where it is read.
    asked.on('error', () => undefined);
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  }

  async #read(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) throw this.#stranger(`answered with more than ${MOST_BYTES} bytes`);
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof ExporterError) throw error;
      throw this.#stranger('ended in the middle of its answer');
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #stranger(what: string): ExporterError {
    return strangerError(this.#access.address.text, what);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
