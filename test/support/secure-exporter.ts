import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { expect } from 'vitest';
import { makeAuthority, makeIdentity } from '../web/web-config/certificates.ts';
import type { Authority } from '../web/web-config/certificates.ts';
import { MAIN } from './exporter.ts';
import type { Namespace } from './namespace.ts';
import { RunningProgram } from './program.ts';
import type { AtEnd } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** `hunter2` and `hunter3`, hashed at the least cost. */
export const HASHES = {
  hunter2: '$2y$04$HceE23ycdV8Ce2T9E92aMuDEDJnRpt3n8jFzIC6gBRxFHDhV0i2Ca',
  hunter3: '$2b$04$Gfvx5PR3j0j.gdLxMm6ZiuDNYp7EZKEeBPaUXMClymRrqm0bBmV22',
} as const;

/** An answer over TLS. */
export interface SecureAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Serial number of the server's certificate. */
  readonly serial: string | undefined;
}

/** The exporter as a user starts it with a web-config.yml that sets up TLS, with a certificate for 127.0.0.1. */
export class SecureExporter {
  readonly program: RunningProgram;
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly authority: Authority;
  readonly #folder: string;

  private constructor(program: RunningProgram, address: string, authority: Authority, folder: string) {
    this.program = program;
    this.address = address;
    this.authority = authority;
    this.#folder = folder;
  }

  /** Starts it with these lines beside those of TLS. */
  static async start(
    atEnd: AtEnd,
    yaml: string,
    { namespace, flags = [] }: { readonly namespace?: Namespace; readonly flags?: readonly string[] } = {},
  ): Promise<SecureExporter> {
    const folder = temporaryFolder(atEnd);
    const authority = await makeAuthority('ca');
    writeFileSync(join(folder, 'web.yml'), webConfig(yaml));
    await writeIdentity(folder, authority);
    const command = [process.execPath, MAIN, '--web.listen-address=127.0.0.1:0', ...flags];
    command.push(`--web.config.file=${join(folder, 'web.yml')}`);
    const program = await RunningProgram.start(atEnd, namespace?.command(...command) ?? command);
    return new SecureExporter(program, await program.listeningAddress(), authority, folder);
  }

  /** Writes a file beside web-config.yml, in one step; its path. */
  write(name: string, content: string): string {
    const path = join(this.#folder, name);
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
    return path;
  }

  /** Writes web-config.yml anew. */
  configure(yaml: string): void {
    this.write('web.yml', webConfig(yaml));
  }

  /** Gives it another certificate of the same authority. */
  async rotate(): Promise<void> {
    await writeIdentity(this.#folder, this.authority);
  }

  /** Asks on a connection of its own, and verifies the certificate. */
  async ask(
    path: string,
    login?: string,
    method = 'GET',
    {
      headers = {},
      body,
    }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
  ): Promise<SecureAnswer> {
    const asked = request(`https://${this.address}${path}`, {
      method,
      headers,
      agent: false,
      ca: this.authority.cert,
      signal: AbortSignal.timeout(10_000),
      ...(login !== undefined && { auth: login }),
    });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const { socket } = response;
    const serial = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.serialNumber : undefined;
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, text, serial };
  }

  /** Waits until its first collection has succeeded. */
  async ready(login?: string): Promise<void> {
    await expect.poll(async () => (await this.ask('/-/ready', login)).status, { timeout: 20_000 }).toBe(200);
  }
}

function webConfig(yaml: string): string {
  return `tls_server_config: { cert_file: server.crt, key_file: server.key }\n${yaml}`;
}

async function writeIdentity(folder: string, issuer: Authority): Promise<void> {
  const { cert, key } = await makeIdentity({
    issuer,
    alternativeNames: [{ type: 'ip', value: '127.0.0.1' }],
  });
  writeFileSync(join(folder, 'server.crt'), cert);
  writeFileSync(join(folder, 'server.key'), key);
}
