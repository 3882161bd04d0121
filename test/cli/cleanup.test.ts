import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanup } from '../../src/cli/cleanup.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SET = {
  ...{ semid: 7, key: '0x00000000', owner: 'www-data', uid: 33, semaphores: 1 },
  ...{ state: 'orphaned', changedAt: '2026-01-01T00:00:00Z', evidence: 'Nobody is left.' },
};
const PLAN = { dryRun: true, planId: 'the-plan', expiresAt: '', planned: [SET], skipped: [] };
const APPLIED = {
  ...{ dryRun: false, planned: [SET], skipped: [], removed: [SET], failed: [] },
  ...{ before: { sets: 125, limit: 128 }, after: { sets: 124, limit: 128 } },
};

interface Order {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What answers orders with these answers, one after the other, null by closing the connection; its URL, and the orders so far. */
async function exporter(...answers: readonly (object | null)[]): Promise<{ url: string; orders: Order[] }> {
  const orders: Order[] = [];
  const server = createServer((req, res) => {
    void req.toArray().then((chunks) => {
      const answer = answers[orders.length] ?? null;
      orders.push({ headers: req.headers, body: JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) });
      if (answer === null) req.socket.destroy();
      else res.end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, orders };
}

function fileWith(text: string): string {
  const file = join(temporaryFolder(onTestFinished), 'file');
  writeFileSync(file, text);
  return file;
}

/** The command at a terminal where this is typed. */
async function typed(url: string, text: string, flags: object = {}) {
  let out = '';
  let err = '';
  const terminal = {
    out: (part: string) => void (out += part),
    err: (part: string) => void (err += part),
    columns: 100,
  };
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.end(text);
  const tokenFile = fileWith('the-token-of-the-file\n');
  const all = { 'exporter.url': url, tokenFile, apply: true, yes: false, json: false, ...flags };
  const status = await cleanup(all, terminal, input, new AbortController().signal);
  return { status, out, err };
}

describe('the command cleanup at a terminal', () => {
  it('carries out the plan that it showed, after a yes', async () => {
    const { url, orders } = await exporter(PLAN, APPLIED);
    const { status, out, err } = await typed(url, 'y\n');
    expect(orders.map(({ body }) => body)).toEqual([{ dryRun: true }, { dryRun: false, planId: 'the-plan' }]);
    expect(err).toContain('Remove them? [y/N]');
    expect(out).toContain('Removed 1 set: free sets 3 → 4 of 128.');
    expect(status).toBe(0);
  });

  it.each(['\n', 'n\n', ''])('does no more than ask for the plan after %j', async (text) => {
    const { url, orders } = await exporter(PLAN, APPLIED);
    const { status, out } = await typed(url, text);
    expect(orders).toHaveLength(1);
    expect(out).toMatch(/Nothing was removed\.\n$/);
    expect(status).toBe(0);
  });

  it('asks nothing where there is nothing to remove', async () => {
    const { url, orders } = await exporter({ ...PLAN, planned: [] });
    expect(await typed(url, '')).toEqual({ status: 0, out: 'Nothing to remove.\n', err: '' });
    expect(orders).toHaveLength(1);
  });

  it('says that sets may be gone where the answer to the order never came, and does not repeat it', async () => {
    const { url, orders } = await exporter(PLAN, null);
    await expect(typed(url, 'y\n')).rejects.toThrow(
      /it may have removed what was planned: sysvsem-exporter cleanup shows what is left/,
    );
    expect(orders).toHaveLength(2);
  });

  it('takes no answer of another kind for a plan', async () => {
    for (const answer of [{}, { ...PLAN, dryRun: false }, APPLIED, []]) {
      const { url, orders } = await exporter(answer, APPLIED);
      await expect(typed(url, 'y\n')).rejects.toThrow(/is no sysvsem-exporter of this kind/);
      expect(orders).toHaveLength(1);
    }
  });

  it('sends the token as a bearer token, or beside a login', async () => {
    const { url, orders } = await exporter(PLAN, PLAN);
    await typed(url, '', { apply: false });
    await typed(url, '', { apply: false, user: 'me', passwordFile: fileWith('secret\n') });
    expect(orders.map(({ headers }) => [headers.authorization, headers['x-sysvsem-token']])).toEqual([
      ['Bearer the-token-of-the-file', undefined],
      [`Basic ${Buffer.from('me:secret').toString('base64')}`, 'the-token-of-the-file'],
    ]);
  });
});
