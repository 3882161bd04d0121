import express, { type Express } from 'express';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { request as plainRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import { errorHandler } from '../../../src/web/error-handler.ts';
import { HttpError } from '../../../src/web/http-errors.ts';
import { parseListenAddress } from '../../../src/web/listen-address.ts';
import { startServers, type RunningServers } from '../../../src/web/server.ts';
import { openWebConfig, type LiveWebConfig } from '../../../src/web/web-config/live-web-config.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { keepingLog } from '../example.ts';

/** What a client was told, and over what. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Undefined without TLS. */
  readonly protocol: string | null | undefined;
  readonly cipher: string | undefined;
  /** Subject of the server's certificate. */
  readonly subject: string | undefined;
  readonly curve: string | undefined;
}

/** A small app behind a web config file, over real sockets until the test ends. */
export class LiveServer {
  readonly folder: string;
  readonly log: ReturnType<typeof keepingLog>;
  readonly config: LiveWebConfig;
  readonly port: number;
  /** Stops listening, with this many milliseconds of grace. */
  readonly close: (graceMs: number) => Promise<void>;

  private constructor(
    folder: string,
    log: ReturnType<typeof keepingLog>,
    config: LiveWebConfig,
    servers: RunningServers,
  ) {
    this.folder = folder;
    this.log = log;
    this.config = config;
    this.port = Number(new URL(`http://${servers.addresses[0] ?? ''}`).port);
    this.close = servers.close;
  }

  /** Starts it with this web-config.yml and these files beside it. */
  static async start(yaml: string, files: Readonly<Record<string, string>> = {}): Promise<LiveServer> {
    const folder = temporaryFolder(onTestFinished);
    for (const [name, content] of Object.entries({ 'web.yml': yaml, ...files })) {
      writeFileSync(join(folder, name), content);
    }
    const log = keepingLog();
    const config = await openWebConfig(join(folder, 'web.yml'), log);
    const address = parseListenAddress('127.0.0.1:0');
    const servers = await startServers([address], app(config, log), log, config.createServer);
    onTestFinished(() => servers.close(0));
    return new LiveServer(folder, log, config, servers);
  }

  /** Writes web-config.yml, or a file beside it, anew. */
  write(content: string, name = 'web.yml'): void {
    writeFileSync(join(this.folder, name), content);
  }

  /** Asks over TLS, on a connection of its own unless an agent is given; the server's certificate is not verified. */
  async ask(tls: ConnectionOptions & RequestOptions = {}): Promise<Reply> {
    const options = { agent: false, path: '/metrics', rejectUnauthorized: false, ...tls } as const;
    return await reply(request({ host: '127.0.0.1', port: this.port, ...options }));
  }

  /** Asks without TLS. */
  async askPlainly(options: RequestOptions = {}): Promise<Reply> {
    return await reply(
      plainRequest({ host: '127.0.0.1', port: this.port, path: '/metrics', agent: false, ...options }),
    );
  }

  /** What the log says at this level. */
  logged(level: string): string[] {
    return this.log.records
      .filter((record) => record.level === level)
      .map(({ message, fields }) => `${message} ${String(fields['err'] ?? '')}`.trim());
  }
}

/** An agent that keeps one connection alive until the test ends. */
export function keptAlive(tls: ConnectionOptions = {}): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, ...tls });
  onTestFinished(() => {
    agent.destroy();
  });
  return agent;
}

/** An `Authorization` header field. */
export function basic(user: string, password: string): { Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function app(config: LiveWebConfig, log: ReturnType<typeof keepingLog>): Express {
  return express()
    .use(config.middleware)
    .get('/metrics', (_req, res) => {
      res.send('metrics');
    })
    .use(() => {
      throw new HttpError('not_found');
    })
    .use(errorHandler(log));
}

async function reply(asked: ReturnType<typeof request>): Promise<Reply> {
  asked.setTimeout(10_000, () => asked.destroy(new Error('no answer')));
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { socket } = response;
  const tls = socket instanceof TLSSocket ? socket : undefined;
  const ephemeral = tls?.getEphemeralKeyInfo();
  const facts = {
    protocol: tls?.getProtocol(),
    cipher: tls?.getCipher().name,
    subject: tls?.getPeerX509Certificate()?.subject,
    curve: ephemeral && 'name' in ephemeral ? ephemeral.name : undefined,
  };
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body, ...facts };
}
