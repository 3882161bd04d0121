import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/**
 * The connections of one server and what is being answered on each. Node's own `closeIdleConnections` spares
 * connections that have never asked anything, which would hold up a shutdown.
 */
export class Connections {
  readonly #answering = new Map<Socket, Set<ServerResponse>>();
  /** Below TLS, also while it is still being agreed on. */
  readonly #transports = new Set<Socket>();
  #ending = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#transports.add(socket);
      socket.once('close', () => this.#transports.delete(socket));
    });
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#answering.set(socket, new Set());
      socket.once('close', () => this.#answering.delete(socket));
    });
    server.on('request', (req, res) => {
      this.#begin(req.socket, res);
    });
  }

  /** Whether an answer is under way on this connection. */
  isAnswering(socket: Socket): boolean {
    return (this.#answering.get(socket)?.size ?? 0) > 0;
  }

  /** Ends every connection at once that nothing is being answered on, and each other one after its answer. */
  end(): void {
    this.#ending = true;
    for (const [socket, responses] of this.#answering) {
      if (responses.size === 0) socket.destroy();
      for (const response of responses) announceClose(response);
    }
  }

  /** Ends every connection, whatever is under way. */
  destroy(): void {
    for (const socket of this.#transports) socket.destroy();
  }

  #begin(socket: Socket, response: ServerResponse): void {
    const responses = this.#answering.get(socket);
    if (responses === undefined) return;
    responses.add(response);
    if (this.#ending) announceClose(response);
    response.once('close', () => {
      responses.delete(response);
      if (this.#ending && responses.size === 0) socket.destroySoon();
    });
  }
}

function announceClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
