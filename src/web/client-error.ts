import { STATUS_CODES, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Connections } from './connections.ts';

const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers requests that never reach the app, because they are no HTTP or too slow, and ends their connections. */
export function answerClientErrors(server: Server, connections: Connections): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A connection opened in advance and never used is closed without a word, as an idle one is: to the Go
    // client an answer to no question is an error. One with an answer under way would get two in one.
    const unused = !(socket instanceof Socket) || socket.bytesRead === 0;
    if (unused || !socket.writable || connections.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const status = STATUS[error.code ?? ''] ?? 400;
    const text = `${STATUS_CODES[status] ?? ''}\n`;
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `Content-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
      () => socket.destroy(),
    );
  });
}
