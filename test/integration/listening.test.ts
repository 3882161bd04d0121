import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exporter } from '../support/exporter.ts';
import { ask } from '../support/http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// These look at no sets of their own: any IPC namespace will do.
const flags = ['--collector.source=procfs'];

describe('listen addresses', () => {
  it('several at once: IPv4, IPv6 and a Unix socket, all of them in the log', async () => {
    const socket = join(temporaryFolder(onTestFinished), 'socket');
    const exporter = await Exporter.start(onTestFinished, {
      flags: [
        ...flags,
        '--web.listen-address=127.0.0.1:0',
        '--web.listen-address=[::1]:0',
        `--web.listen-address=unix:${socket}`,
      ],
    });
    const addresses = () =>
      [...exporter.program.stderr.matchAll(/msg="Listening on" address="?([^\s"]+)/g)].map(
        ([, address = '']) => address,
      );
    await expect.poll(addresses).toHaveLength(3);
    for (const address of addresses()) {
      const { status, text } = await ask(address.startsWith('/') ? `unix:${address}` : address, '/-/healthy');
      expect({ status, text: text.trim() }).toEqual({ status: 200, text: 'Healthy' });
    }
    expect(statSync(socket).mode & 0o777).toBe(0o660);
  });

  it('a Unix socket that a killed exporter left is replaced, and goes with an orderly end', async () => {
    const socket = join(temporaryFolder(onTestFinished), 'socket');
    const listen = [...flags, `--web.listen-address=unix:${socket}`];
    const killed = await Exporter.start(onTestFinished, { flags: listen });
    await killed.program.kill();
    expect(statSync(socket).isSocket()).toBe(true);
    const exporter = await Exporter.start(onTestFinished, { flags: listen });
    expect((await ask(`unix:${socket}`, '/-/ready')).status).toBe(200);
    await exporter.stop();
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
  });
});
