import type { RequestListener, Server } from 'node:http';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { answerClientErrors } from './client-error.ts';
import { Connections } from './connections.ts';
import { plainHttp, type ServerFactory } from './http-server.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';
import { listenError, refusedAddress } from './listen-error.ts';
import { listenUnix, removeStaleSocket } from './unix-socket.ts';

/** Servers that listen. */
export interface RunningServers {
  /** Where, with the ports the kernel chose, as one writes them in a flag. */
  readonly addresses: readonly string[];
  /**
   * Stops listening, ends unused connections at once and each other one with its answer, and after `graceMs`
   * all that is left. Resolves when every connection is closed; a second call may shorten the grace of the first.
   */
  readonly close: (graceMs: number) => Promise<void>;
}

interface RunningServer {
  readonly address: ListenAddress;
  readonly server: Server;
  readonly connections: Connections;
  readonly closed: Promise<void>;
}

/**
 * Listens on every address, each with a server that `createServer` makes, or on none. Throws a UsageError that
 * names the address and what to do.
 */
export async function startServers(
  addresses: readonly ListenAddress[],
  handler: RequestListener,
  log: Log,
  createServer: ServerFactory = plainHttp,
): Promise<RunningServers> {
  const running: RunningServer[] = [];
  for (const address of addresses) {
    try {
      running.push(await startServer(address, createServer(handler), log));
    } catch (error) {
      await closeAll(running, 0);
      throw listenError(address, error);
    }
  }
  return {
    addresses: running.map(({ address, server }) => boundAddress(address, server)),
    close: (graceMs) => closeAll(running, graceMs),
  };
}

async function startServer(address: ListenAddress, server: Server, log: Log): Promise<RunningServer> {
  const connections = new Connections(server);
  answerClientErrors(server, connections);
  await listenOn(server, address);
  logErrors(address, server, log);
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return { address, server, connections, closed };
}

function listenOn(server: Server, address: ListenAddress): Promise<void> {
  switch (address.kind) {
    case 'tcp':
      return listenOnPort(server, address);
    case 'unix':
      return listenOnPath(server, address);
    case 'passed':
      return listening(server, () => server.listen({ fd: address.fd }));
  }
}

async function listenOnPath(server: Server, address: ListenAddress & { kind: 'unix' }): Promise<void> {
  const occupant = await removeStaleSocket(address.path);
  if (occupant === 'live socket') {
    throw refusedAddress(address, 'the socket is in use by another program; stop it, or choose another path');
  }
  if (occupant === 'other file') {
    throw refusedAddress(
      address,
      'there is a file that is not a socket; move it away, or choose another path',
    );
  }
  await listening(server, () => {
    listenUnix(server, address.path);
  });
}

async function listenOnPort(server: Server, { host, port }: ListenAddress & { kind: 'tcp' }): Promise<void> {
  const listenOnHost = (name: string): Promise<void> =>
    listening(server, () => server.listen({ host: name, port }));
  if (host !== null) return listenOnHost(host);
  try {
    // Takes IPv4 too.
    await listenOnHost('::');
  } catch (error) {
    // Only where the kernel has no IPv6. Node itself would fall back after any error, a port in use for instance.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error;
    await listenOnHost('0.0.0.0');
  }
}

/** Resolves when the server listens, rejects with the error where it cannot. */
async function listening(server: Server, listen: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error): void => {
      server.off('error', settle).off('listening', settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    server.once('error', settle).once('listening', settle);
    listen();
  });
}

/** A connection that could not be accepted must not end the exporter; each kind of error is logged once. */
function logErrors(address: ListenAddress, server: Server, log: Log): void {
  const known = new Set<string>();
  server.on('error', (error) => {
    const message = messageOf(error);
    if (known.has(message)) return;
    known.add(message);
    log.warn('Connections cannot be accepted', { address: boundAddress(address, server), err: message });
  });
}

/** Where a server listens. Of a passed Unix socket, and once it is closed, Node tells nothing. */
function boundAddress(address: ListenAddress, server: Server): string {
  const bound = server.address();
  return formatListenAddress(
    bound === null || typeof bound === 'string'
      ? address
      : { kind: 'tcp', host: bound.address, port: bound.port },
  );
}

async function closeAll(running: readonly RunningServer[], graceMs: number): Promise<void> {
  for (const { server, connections } of running) {
    server.close();
    connections.end();
  }
  const grace = setTimeout(() => {
    for (const { connections } of running) connections.destroy();
  }, graceMs);
  await Promise.all(running.map(({ closed }) => closed));
  clearTimeout(grace);
}
