import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** Bounds on what the clients of one address may hold. */
export interface ConnectionLimits {
  /**
   * Most connections. One more ends the oldest that is agreeing on TLS, or the one that has been without an answer
   * under way for longest: whoever opens connections and keeps them must not keep others out.
   */
  readonly connections: number;
  /**
   * Connections that may come all at once on top of these, before room is made; more are closed as they come. Memory and
   * descriptors stay bounded, and below the 1 024 descriptors that a process often has.
   */
  readonly burst: number;
  /** Time to take an answer that is ready, in milliseconds; a slow reader must not keep a scrape's place for ever. */
  readonly sendTimeout: number;
}

/** The bounds of every address, with TLS or without. */
export const CONNECTION_LIMITS: ConnectionLimits = { connections: 512, burst: 128, sendTimeout: 60_000 };

/**
 * The connections of one server and what is being answered on each. Node's own `closeIdleConnections` spares
 * connections that have never asked anything, which would hold up a shutdown.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  /** The one that was last opened, or that last was answered, stands last. */
  readonly #answering = new Map<Socket, Set<ServerResponse>>();
  /** Those whose request has been answered before all of it has come. */
  readonly #answeredEarly = new WeakSet<Socket>();
  /** Below TLS, also while it is still being agreed on. */
  readonly #transports = new Set<Socket>();
  /** Those on which TLS is still being agreed on, by their peer; the one that was first opened stands first. */
  readonly #handshaking = new Map<string, Socket>();
  #ending = false;

  constructor(server: Server, limits: ConnectionLimits = CONNECTION_LIMITS) {
    this.#limits = limits;
    server.maxConnections = limits.connections + limits.burst;
    server.on('connection', (socket: Socket) => {
      this.#transports.add(socket);
      socket.once('close', () => this.#transports.delete(socket));
      if (this.#transports.size > limits.connections) this.#makeRoom();
    });
    const hasTls = server instanceof TlsServer;
    if (hasTls) this.#watchHandshakes(server);
    server.on(hasTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#answering.set(socket, new Set());
      socket.once('close', () => this.#answering.delete(socket));
    });
    // Before the handler, which may have answered by the time it returns.
    server.prependListener('request', (req, res) => {
      this.#begin(req, res);
    });
  }

  /**
   * Whether an answer is under way on this connection, or has been given to a request that is still coming. To a request that
   * is still coming and waits for none but its own answer, one may still be given.
   */
  isAnswering(socket: Socket): boolean {
    if (this.#answeredEarly.has(socket)) return true;
    const [first, ...others] = this.#answering.get(socket) ?? [];
    return first !== undefined && (others.length > 0 || first.headersSent || first.req.complete);
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

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const responses = this.#answering.get(socket);
    if (responses === undefined) return;
    responses.add(response);
    this.#answeredEarly.delete(socket);
    if (this.#ending) announceClose(response);
    let deadline: NodeJS.Timeout | undefined;
    response.once('prefinish', () => {
      deadline = setTimeout(() => socket.destroy(), this.#limits.sendTimeout).unref();
    });
    response.once('close', () => {
      clearTimeout(deadline);
      responses.delete(response);
      if (!request.complete) this.#answeredEarly.add(socket);
      if (this.#answering.delete(socket)) this.#answering.set(socket, responses);
      if (this.#ending && responses.size === 0) socket.destroySoon();
    });
  }

  #watchHandshakes(server: Server): void {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket);
      this.#handshaking.set(peer, socket);
      socket.once('close', () => this.#handshaking.delete(peer));
    });
    server.on('secureConnection', (socket: Socket) => this.#handshaking.delete(peerOf(socket)));
  }

  /** Ends the oldest handshake, else the connection that has been without an answer under way for longest, if any. */
  #makeRoom(): void {
    for (const socket of this.#handshaking.values()) if (end(socket)) return;
    for (const [socket, responses] of this.#answering) if (responses.size === 0 && end(socket)) return;
  }
}

/** The same for a transport and for the TLS above it. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** False where its end had begun before, and has made room for another already. */
function end(socket: Socket): boolean {
  if (socket.destroyed) return false;
  socket.destroy();
  return true;
}

function announceClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
