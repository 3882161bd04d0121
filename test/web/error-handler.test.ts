import express from 'express';
import { describe, expect, it } from 'vitest';
import { errorHandler } from '../../src/web/error-handler.ts';
import { keepingLog } from './example.ts';
import { requestText, send, serve } from './listen.ts';

describe('the handler of errors', () => {
  it('takes a path that cannot be decoded for the fault of the client', async () => {
    const log = keepingLog();
    const app = express().get('/:name', (_req, res) => res.end('found'));
    const { url } = await serve(app.use(errorHandler(log)));
    const response = await fetch(`${url}/%zz`);
    expect([response.status, await response.text()]).toEqual([400, 'The request cannot be understood.\n']);
    expect(log.records).toEqual([]);
  });

  it('cuts off an answer that has begun, so that half of it is not taken for the whole', async () => {
    const log = keepingLog();
    const app = express().get('/', (_req, res) => {
      res.write('half');
      throw new Error('broken');
    });
    const client = send((await serve(app.use(errorHandler(log)))).port, requestText('/'));
    await expect.poll(client.closed).toBe(true);
    expect(client.received()).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(log.records).toHaveLength(1);
  });
});
