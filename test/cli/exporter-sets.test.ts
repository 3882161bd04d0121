import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseExporterUrl } from '../../src/cli/exporter-address.ts';
import { ExporterClient } from '../../src/cli/exporter-client.ts';
import { listedSets } from '../../src/cli/exporter-sets.ts';
import { judgedSet } from '../../src/collector/snapshot.ts';
import { createApp } from '../../src/web/app.ts';
import { setJson } from '../../src/web/set-json.ts';
import { inventedContext, inventedStatus, NEW_YEAR } from '../web/example.ts';

const EVERYTHING = { owners: [], states: [] };

async function clientOf(answer: RequestListener): Promise<ExporterClient> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = parseExporterUrl(`http://127.0.0.1:${port}`);
  const client = new ExporterClient(
    { address, ca: undefined, authorization: undefined },
    new AbortController().signal,
  );
  onTestFinished(() => {
    client.close();
    server.close();
  });
  return client;
}

describe('listing the sets of a running exporter', () => {
  it('gathers all pages, as the exporter tells each set', async () => {
    const status = inventedStatus(...Array.from({ length: 12_000 }, (_, at) => ({ semid: at * 32_769 })));
    const { snapshot } = status;
    if (snapshot === null) throw new Error('no snapshot');
    const client = await clientOf(createApp(inventedContext({ status: () => status })));
    const { sets, collectedAt } = await listedSets(client, EVERYTHING, 'here');
    expect(sets).toHaveLength(12_000);
    expect(sets).toEqual(Array.from({ length: 12_000 }, (_, row) => setJson(judgedSet(snapshot, row))));
    expect(collectedAt).toBe(NEW_YEAR + 0.25);
  });

  it('lets the exporter choose', async () => {
    const status = inventedStatus({ semid: 1 }, { semid: 2, uid: 0 }, { semid: 3, uid: 0, state: 'held' });
    const client = await clientOf(createApp(inventedContext({ status: () => status })));
    const semids = async (owners: string[], states: 'held'[]) =>
      (await listedSets(client, { owners, states }, 'here')).sets.map(({ semid }) => semid);
    expect(await semids(['root', '33'], [])).toEqual([1, 2, 3]);
    expect(await semids(['root'], ['held'])).toEqual([3]);
    expect(await semids(['a & b'], [])).toEqual([]);
  });

  it.each([
    ['the same page again and again', { sets: [setJson(judgedSetOfOne())] }],
    ['empty pages', { sets: [] }],
  ])('does not read %s for ever', async (_what, page) => {
    let asked = 0;
    const client = await clientOf((_req, res) => {
      asked++;
      res.end(JSON.stringify({ collectedAt: null, nextCursor: 'more', ...page }));
    });
    await expect(listedSets(client, EVERYTHING, 'here')).rejects.toThrow(
      /what listens at here is no sysvsem-exporter/,
    );
    expect(asked).toBeLessThan(3);
  });
});

function judgedSetOfOne() {
  const { snapshot } = inventedStatus({ semid: 1 });
  if (snapshot === null) throw new Error('no snapshot');
  return judgedSet(snapshot, 0);
}
