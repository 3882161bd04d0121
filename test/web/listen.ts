import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/web/app.ts';
import type { WebContext } from '../../src/web/context.ts';
import type { ServerFactory } from '../../src/web/http-server.ts';
import { parseListenAddress } from '../../src/web/listen-address.ts';
import { startServers, type RunningServers } from '../../src/web/server.ts';
import { keepingLog } from './example.ts';

/** Servers on a loopback port of the kernel's choice until the test ends. */
export async function serve(
  handler: RequestListener,
  createServer?: ServerFactory,
): Promise<RunningServers & { url: string; port: number }> {
  const servers = await startServers(
    [parseListenAddress('127.0.0.1:0')],
    handler,
    keepingLog(),
    createServer,
  );
  onTestFinished(() => servers.close(0));
  const url = `http://${servers.addresses[0] ?? ''}`;
  return { ...servers, url, port: Number(new URL(url).port) };
}

/** The whole app on a loopback port until the test ends; its base URL. */
export async function serveApp(context: WebContext, createServer?: ServerFactory): Promise<string> {
  return (await serve(createApp(context), createServer)).url;
}

/** A bare connection that gathers what it is sent. */
export interface BareClient {
  readonly socket: Socket;
  readonly received: () => string;
  readonly closed: () => boolean;
}

/** Connects to a loopback port and sends `text`. */
export function send(port: number, text: string): BareClient {
  let received = '';
  let closed = false;
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (chunk) => (received += chunk.toString()));
  // A reset is one way to be closed.
  socket.on('error', () => (closed = true));
  socket.on('close', () => (closed = true));
  socket.write(text);
  onTestFinished(() => {
    socket.destroy();
  });
  return { socket, received: () => received, closed: () => closed };
}

/** A request as text. */
export function requestText(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}
