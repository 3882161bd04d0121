import { once } from 'node:events';
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

import { z } from 'zod';

import {
  connectionError,
  ExporterError,
  statusError,
  strangerError,
  type StatusError,
} from './exporter-error.ts';
import type { ExporterAccess } from './exporter-flags.ts';

/** How long an exporter may be silent, in milliseconds: longer than its collection, which an answer may have to wait for. */
const SILENCE = 12_000;
/** How long one answer to a question may take in all, in milliseconds. */
const WHOLE = 60_000;
/** Most bytes of one answer: a page of sets, each with thousands of holders. */
const MOST_BYTES = 128 * 1024 * 1024;

const REFUSAL = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Something to be sent with POST. */
export interface Order {
  readonly path: string;
  /** Sent as JSON. */
  readonly body: object;
  /** Beside those of every request; the login's field can be replaced. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long the answer may take, in milliseconds. */
  readonly patience: number;
  /** The error of an answer other than 200. */
  readonly refusal: StatusError;
}

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds without a byte, and in all. */
  readonly silence: number;
  readonly whole: number;
}

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
    const sent: Sent = { method: 'GET', path, headers: {}, body: '', silence: SILENCE, whole: WHOLE };
    return this.#exchange(sent, shape, statusError);
  }

  /** The JSON that it answers to an order, as far as its shape is the one that is expected. Never sent twice. */
  async post<T>({ path, body, headers, patience, refusal }: Order, shape: z.ZodType<T>): Promise<T> {
    const text = JSON.stringify(body);
    const sent: Sent = {
      method: 'POST',
      path,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(text)),
        ...headers,
      },
      body: text,
      silence: patience,
      whole: patience,
    };
    return this.#exchange(sent, shape, refusal);
  }

  /** Closes the connection. */
  close(): void {
    this.#agent.destroy();
  }

  async #exchange<T>(sent: Sent, shape: z.ZodType<T>, refusal: StatusError): Promise<T> {
    const { status, body } = await this.#answer(sent);
    const json = parseJson(body);
    if (status !== 200) {
      throw refusal(this.#access, status, REFUSAL.safeParse(json).data?.error ?? null);
    }
    const answer = shape.safeParse(json);
    if (answer.success) return answer.data;
    throw this.#stranger('answered something else');
  }

  async #answer(sent: Sent): Promise<{ readonly status: number; readonly body: string }> {
    const late = AbortSignal.timeout(sent.whole);
    try {
      const response = await this.#send(sent, AbortSignal.any([this.#stop, late]));
      // Nothing else is worth reading: a redirect is not followed, for a login would follow it.
      return { status: response.statusCode ?? 0, body: await this.#read(response) };
    } catch (error) {
      if (this.#stop.aborted) throw new Error('stopped before the exporter had answered', { cause: error });
      if (error instanceof ExporterError) throw error;
      if (late.aborted) throw this.#stranger(`took longer than ${sent.whole / 1000} s to answer`);
      throw connectionError(this.#access, error);
    }
  }

  async #send(sent: Sent, signal: AbortSignal): Promise<IncomingMessage> {
    const { address, authorization } = this.#access;
    const asked = (address.tls ? tlsRequest : plainRequest)({
      ...address.target,
      method: sent.method,
      path: address.prefix + sent.path,
      agent: this.#agent,
      timeout: sent.silence,
      signal,
      headers: {
        Accept: 'application/json',
        ...(authorization && { Authorization: authorization }),
        ...sent.headers,
      },
    });
    asked.on('timeout', () => {
      asked.destroy(Object.assign(new Error(`silent for ${sent.silence / 1000} s`), { code: 'ETIMEDOUT' }));
    });
    // What goes wrong after the answer has begun is met where it is read.
    asked.on('error', () => undefined);
    asked.end(sent.body);
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
