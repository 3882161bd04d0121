import { describe, expect, it } from 'vitest';
import type { Proved } from '../../src/cleanup/messages.ts';
import { cleanupServer, PROOF, TOKEN } from './cleanup-server.ts';
import { inventedContext } from './example.ts';
import { serveApp } from './listen.ts';

describe('POST /api/v1/cleanup', () => {
  it('plans, and applies the plan once', async () => {
    const { ask, cleanup, questions } = await cleanupServer();
    const dry = await ask('{}');
    expect(dry.status).toBe(200);
    expect(dry.json).toEqual({
      dryRun: true,
      planId: expect.any(String) as string,
      expiresAt: expect.stringMatching(/Z$/) as string,
      planned: [
        {
          semid: 7,
          key: '0x00000000',
          owner: 'www-data',
          uid: 33,
          semaphores: 1,
          state: 'orphaned',
          changedAt: '2026-01-01T00:00:00Z',
          evidence: 'Because.',
        },
      ],
      skipped: [{ semid: 8, code: 'held', reason: 'Pid 5 lives.' }],
    });
    const { planId } = dry.json as { planId: string };
    const applied = await ask(JSON.stringify({ dryRun: false, planId }));
    expect(applied.json).toMatchObject({
      dryRun: false,
      removed: [{ semid: 7 }],
      failed: [],
      before: { sets: 2, limit: 128 },
      after: { sets: 1, limit: 128 },
    });
    expect(questions[1]).toMatchObject({ only: [PROOF] });
    expect(await ask(JSON.stringify({ dryRun: false, planId }))).toMatchObject({
      status: 409,
      code: 'plan_unknown',
    });
    expect(cleanup.status).toMatchObject({
      requests: { planned: 1, applied: 1, refused: 1, unauthorized: 0, failed: 0 },
      skipped: { held: 1, in_use: 0 },
      failed: 0,
    });
    expect(cleanup.status.removed.get('www-data')).toBe(1);
    expect(cleanup.status.lastSuccessAt).toBeGreaterThan(0);
  });

  it('is not there unless it is enabled', async () => {
    const url = await serveApp(inventedContext());
    expect((await fetch(`${url}/api/v1/cleanup`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${url}/api/v1/cleanup`)).status).toBe(404);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
    const answer = await (await cleanupServer()).ask(undefined, {}, method);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each([
    { authorization: '' },
    { authorization: 'Bearer wrong-token-wrong' },
    { authorization: `Basic ${TOKEN}` },
  ])('refuses %j, and counts it', async (headers) => {
    const { ask, cleanup, log } = await cleanupServer();
    const answer = await ask('{}', headers);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(cleanup.status.requests.unauthorized).toBe(1);
    expect(JSON.stringify(log.records)).not.toContain('wrong-token');
  });

  it('takes the token from a header field of its own where the web config asks for a login, and only there', async () => {
    const own = { 'x-sysvsem-token': TOKEN, authorization: 'Basic eDp5' };
    expect((await (await cleanupServer({}, { login: true })).ask('{}', own)).status).toBe(200);
    expect((await (await cleanupServer({}, { login: false })).ask('{}', own)).status).toBe(401);
  });

  it('says 429 to the eleventh wrong token, and lets a right one through', async () => {
    const { ask } = await cleanupServer();
    const wrong = { authorization: 'Bearer wrong-token-wrong' };
    for (let at = 0; at < 10; at++) expect((await ask('{}', wrong)).status).toBe(401);
    expect(await ask('{}', wrong)).toMatchObject({ status: 429, code: 'too_many_wrong_tokens' });
    expect((await ask('{}')).status).toBe(200);
  });

  it('says 429 to the 31st request with one token', async () => {
    const { ask } = await cleanupServer();
    for (let at = 0; at < 30; at++) expect((await ask('{}')).status).toBe(200);
    expect(await ask('{}')).toMatchObject({ status: 429, code: 'too_many_cleanups' });
  });

  it.each([
    'nonsense',
    '[]',
    '1',
    'null',
    '{"dryrun":false}',
    '{"__proto__":{"dryRun":false}}',
    '{"dryRun":"false"}',
    '{"dryRun":0}',
    '{"owners":[]}',
    '{"owners":"www-data"}',
    '{"states":[]}',
    '{"states":["dead"]}',
    '{"minAge":10}',
    '{"minAge":"soon"}',
    '{"maxSets":0}',
    '{"maxSets":1.5}',
    '{"maxSets":11}',
    '{"planId":""}',
    '{"planId":"x"}',
    '{"planId":"x","dryRun":true}',
    '{"planId":"x","dryRun":false,"owners":["www-data"]}',
    '{"planId":"x","dryRun":false,"maxSets":1}',
  ])('refuses the body %s', async (body) => {
    const { ask, questions, cleanup } = await cleanupServer();
    expect(await ask(body)).toMatchObject({ status: 400, code: 'bad_body' });
    expect(questions).toEqual([]);
    expect(cleanup.status.requests.refused).toBe(1);
  });

  it('refuses a body of more than 64 KiB, and other types', async () => {
    const { ask } = await cleanupServer();
    expect((await ask(JSON.stringify({ planId: 'x'.repeat(65 * 1024) }))).status).toBe(413);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
    ])
      expect((await ask('{}', { 'content-type': type })).status).toBe(415);
    expect((await ask('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await ask('{}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  it('refuses owners and states that are not allowed, however they are spelled', async () => {
    const { ask, questions } = await cleanupServer();
    for (const owner of ['root', '0', '00', 'daemon', 'nobody-knows-me'])
      expect(await ask(JSON.stringify({ owners: [owner] }))).toMatchObject({
        status: 403,
        code: 'owner_not_allowed',
      });
    for (const state of ['suspected', 'held', 'in_use'])
      expect(await ask(JSON.stringify({ states: [state] }))).toMatchObject({
        status: 403,
        code: 'state_not_allowed',
      });
    for (const owner of ['33', '033', 'www-data'])
      expect((await ask(JSON.stringify({ owners: [owner] }))).status).toBe(200);
    expect(questions.map(({ uids }) => uids)).toEqual([[33], [33], [33]]);
  });

  it('asks for suspected sets where the operator allows it', async () => {
    const { ask, questions } = await cleanupServer({}, { suspected: true });
    expect((await ask('{"states":["orphaned","suspected"],"minAge":"10m","maxSets":3}')).status).toBe(200);
    expect(questions).toEqual([
      { uids: [33], states: ['orphaned', 'suspected'], minAgeSeconds: 600, maxSets: 3, only: null },
    ]);
  });

  it('says 503 with what is missing for a proof, and removes nothing', async () => {
    const blocked: Proved = { kind: 'blocked', code: 'no_ptrace', message: 'Nothing can be proved.' };
    const { ask, cleanup } = await cleanupServer({
      prove: () => Promise.resolve(blocked),
      remove: () => Promise.reject(new Error('never to be called')),
    });
    expect(await ask('{"dryRun":false}')).toMatchObject({ status: 503, code: 'no_ptrace' });
    expect(cleanup.status.requests.failed).toBe(1);
  });

  it('tells what failed where the worker dies half-way, and tries nothing more', async () => {
    const { ask, cleanup } = await cleanupServer({ remove: () => Promise.reject(new Error('/secret/path')) });
    const answer = await ask('{"dryRun":false}');
    expect(answer.json).toMatchObject({ removed: [], failed: [{ semid: 7 }] });
    expect(JSON.stringify(answer.json)).not.toContain('secret');
    expect(cleanup.status).toMatchObject({ failed: 1, lastSuccessAt: 0 });
  });
});
