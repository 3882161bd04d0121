import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Audit } from '../../src/cleanup/audit.ts';
import { Cleanup, type CleanupSource } from '../../src/cleanup/cleanup.ts';
import type { Proved } from '../../src/cleanup/messages.ts';
import type { Proof } from '../../src/cleanup/proof.ts';
import type { Question } from '../../src/cleanup/plan.ts';
import { Tokens } from '../../src/cleanup/tokens.ts';
import { UserNames } from '../../src/kernel/user-names.ts';
import { cleanupHandlers } from '../../src/web/cleanup-handler.ts';
import type { ServerFactory } from '../../src/web/http-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inventedContext, keepingLog } from './example.ts';
import { serveApp } from './listen.ts';

/** The token that is right. */
export const TOKEN = 'a-token-of-sixteen';
/** The one set that is planned. */
export const PROOF: Proof = {
  set: {
    key: 0,
    semid: 7,
    mode: 0o600,
    semaphores: 1,
    uid: 33,
    gid: 33,
    creatorUid: 0,
    creatorGid: 0,
    operatedAt: 0,
    changedAt: 1_767_225_600,
  },
  use: { lastPids: [5], values: [1], waiters: 0 },
  state: 'orphaned',
  evidence: 'Because.',
};
const PLAN: Proved = {
  kind: 'plan',
  plan: { planned: [PROOF], skipped: [{ semid: 8, code: 'held', reason: 'Pid 5 lives.' }] },
  names: new Map([[33, 'www-data']]),
  table: { sets: 2, limit: 128 },
};

/** A server whose worker proves and removes what `source` says. */
export async function cleanupServer(
  source: Partial<CleanupSource> = {},
  {
    suspected = false,
    login = false,
    createServer,
  }: {
    readonly suspected?: boolean;
    readonly login?: boolean;
    readonly createServer?: ServerFactory;
  } = {},
) {
  const log = keepingLog();
  const path = join(temporaryFolder(onTestFinished), 'tokens');
  writeFileSync(path, TOKEN, { mode: 0o600 });
  const questions: Question[] = [];
  const cleanup = new Cleanup({
    policy: { owners: [{ uid: 33, name: 'www-data' }], allowSuspected: suspected, maxSets: 10 },
    source: {
      prove: (question) => {
        questions.push(question);
        return Promise.resolve(PLAN);
      },
      remove: ({ proofs }) =>
        Promise.resolve({
          outcomes: proofs.map(({ set }) => ({ kind: 'removed', semid: set.semid })),
          sets: 1,
          goOn: true,
        }),
      ...source,
    },
    programs: { setpriv: '/bin/false', ipcrm: '/bin/false' },
    names: new UserNames(),
    audit: new Audit(null, log),
    log,
    stop: new AbortController().signal,
    collect: () => Promise.resolve(),
  });
  const tokens = await Tokens.open(path, log);
  const url = await serveApp(
    inventedContext({
      cleanupHandlers: cleanupHandlers({ cleanup, tokens, asksForLogin: () => login, log }),
      log,
    }),
    createServer,
  );
  const ask = async (
    body: string | undefined,
    headers: Record<string, string> = {},
    method = 'POST',
  ): Promise<{
    status: number;
    headers: Headers;
    json: Record<string, unknown>;
    code: string | undefined;
  }> => {
    const response = await fetch(`${url}/api/v1/cleanup`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const json = (await response.json()) as Record<string, unknown> & { error?: { code: string } };
    return { status: response.status, headers: response.headers, json, code: json.error?.code };
  };
  return { url, ask, cleanup, questions, log };
}
