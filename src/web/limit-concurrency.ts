import type { RequestHandler } from 'express';
import type { Socket } from 'node:net';
import { HttpError } from './http-errors.ts';

/**
 * A middleware that lets at most `limit` requests be answered at once and refuses the others with 503. A slot
 * is free again when its response has closed, however it ended. 0 is no limit.
 */
export function limitConcurrency(limit: number): RequestHandler {
  const slots = new Slots();
  return (req, res, next) => {
    if (limit > 0 && slots.taken >= limit) {
      throw new HttpError('too_many_requests', undefined, { headers: { 'Retry-After': '1' } });
    }
    slots.take(req.socket);
    res.once('close', () => {
      slots.free(req.socket);
    });
    next();
  };
}

/**
 * Slots by connection. Node emits no `close` for a response that waits behind another one on its connection
 * (HTTP pipelining) when that connection breaks; its slot would be lost, so the connection gives back all it holds.
 */
class Slots {
  taken = 0;
  readonly #held = new Map<Socket, number>();

  take(socket: Socket): void {
    // A connection that has closed already will tell nobody.
    if (socket.destroyed) return;
    const held = this.#held.get(socket);
    if (held === undefined) {
      socket.once('close', () => {
        this.taken -= this.#held.get(socket) ?? 0;
        this.#held.delete(socket);
      });
    }
    this.#held.set(socket, (held ?? 0) + 1);
    this.taken++;
  }

  free(socket: Socket): void {
    const held = this.#held.get(socket);
    // The connection closed first and gave it back.
    if (held === undefined) return;
    this.#held.set(socket, held - 1);
    this.taken--;
  }
}
