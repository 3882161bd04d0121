import express from 'express';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sendBytes } from '../../src/web/respond.ts';
import { requestText, send, serve } from './listen.ts';

describe('an answer', () => {
  it('is given up when its client stops reading, and not before it is ready however long that takes', async () => {
    let answer = (): void => undefined;
    let connection: Socket | undefined;
    const app = express().get('/', (req, res) => {
      connection = req.socket;
      answer = () => {
        sendBytes(res, 'application/octet-stream', Buffer.alloc(50_000_000));
      };
    });
    const client = send((await serve(app)).port, requestText('/'));
    client.socket.pause();
    await expect.poll(() => connection).toBeDefined();
    expect(connection?.timeout ?? 0).toBe(0);
    answer();
    expect(connection?.timeout).toBe(30_000);
    // The kernel takes a part; then nothing moves, which is what the timeout looks at.
    await expect.poll(() => connection?.writableLength).toBeGreaterThan(0);
    connection?.emit('timeout');
    expect(connection?.destroyed).toBe(true);
  });

  it('that has been read leaves its connection the time of an unused one', async () => {
    let connection: Socket | undefined;
    const app = express().get('/', (req, res) => {
      connection = req.socket;
      sendBytes(res, 'text/plain', Buffer.from('hello'));
    });
    const client = send((await serve(app)).port, requestText('/'));
    await expect.poll(client.received).toContain('hello');
    await expect.poll(() => connection?.timeout).toBeGreaterThan(300_000);
  });
});
