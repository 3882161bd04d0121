import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AtEnd } from './program.ts';

/** An HTTP server that answers nobody until it is told to: whoever is proxied to it has a long request. */
export interface HeldBackend {
  readonly port: number;
  /** Requests that wait for an answer. */
  readonly waiting: () => number;
  /** Answers all of them. */
  readonly answer: () => void;
}

/** Starts one on 127.0.0.1. */
export async function startHeldBackend(atEnd: AtEnd): Promise<HeldBackend> {
  let held: ServerResponse[] = [];
  const server = createServer((_, response) => held.push(response)).listen(0, '127.0.0.1');
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    waiting: () => held.length,
    answer: () => {
      for (const response of held) response.end('answered\n');
      held = [];
    },
  };
}
