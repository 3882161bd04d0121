import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';

import { NotAllowed, type Cleanup, type CleanupResult } from '../cleanup/cleanup.ts';
import { CleanupError } from '../cleanup/cleanup-error.ts';
import type { Proof } from '../cleanup/proof.ts';
import { readCleanupRequest } from '../cleanup/request.ts';
import type { Tokens } from '../cleanup/tokens.ts';
import type { Log } from '../log.ts';
import { HttpError } from './http-errors.ts';
import { readJson } from './json-body.ts';
import { sendJson } from './respond.ts';
import { isoMilliseconds, isoSeconds } from './timestamp.ts';

/** Most bytes of a request's body. */
const MOST_BYTES = 64 * 1024;

/** What the route of cleanups works with. */
export interface CleanupRoute {
  readonly cleanup: Cleanup;
  readonly tokens: Tokens;
  /** Whether `Authorization` is taken by a login of the web config; then the token has a header field of its own. */
  readonly asksForLogin: () => boolean;
  readonly log: Log;
}

/** The handlers of `POST /api/v1/cleanup`, in their order: who asks, then what. */
export function cleanupHandlers(route: CleanupRoute): readonly (RequestHandler | ErrorRequestHandler)[] {
  const { cleanup } = route;
  return [
    authenticate(route),
    refuseOtherTypes,
    async (req: Request, res: Response) => {
      const read = readCleanupRequest(await readJson(req, MOST_BYTES), cleanup.maxSets);
      if (read.kind === 'bad') throw new HttpError('bad_body', read.message);
      const result = await cleanup.run(read.request, askers.get(req) ?? { token: '', address: '' });
      cleanup.count(result.applied === null ? 'planned' : 'applied');
      sendJson(res, resultJson(result));
    },
    countRefusal(route),
  ];
}

/** Who was found to ask. */
const askers = new WeakMap<Request, { readonly token: string; readonly address: string }>();

function authenticate({ tokens, asksForLogin, log }: CleanupRoute): RequestHandler {
  return (req, _res, next) => {
    const address = req.socket.remoteAddress ?? 'unix';
    const admission = tokens.admit(tokenOf(req, asksForLogin()), address);
    if (admission.kind === 'admitted') {
      askers.set(req, { token: admission.fingerprint, address });
      next();
      return;
    }
    if (admission.kind === 'too_many')
      throw new HttpError(
        admission.what === 'requests' ? 'too_many_cleanups' : 'too_many_wrong_tokens',
        undefined,
        { headers: { 'Retry-After': '60' } },
      );
    log.warn('A cleanup was asked for without a right token', { address });
    throw new HttpError('bad_token', undefined, { headers: { 'WWW-Authenticate': 'Bearer' } });
  };
}

/** The token of a request as it was sent; null where there is none. */
function tokenOf(req: Request, asksForLogin: boolean): string | null {
  if (asksForLogin) return req.get('x-sysvsem-token') ?? null;
  return /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1] ?? null;
}

const refuseOtherTypes: RequestHandler = (req, _res, next) => {
  const type = req.get('content-type') ?? '';
  const encoding = req.get('content-encoding') ?? 'identity';
  if (
    !/^application\/json *(?:; *charset="?utf-8"? *)?$/i.test(type) ||
    encoding.toLowerCase() !== 'identity'
  )
    throw new HttpError('not_json');
  next();
};

function countRefusal({ cleanup, log }: CleanupRoute): ErrorRequestHandler {
  return (error: unknown, req, _res, next) => {
    const refusal = refusalOf(error);
    const { status, code } = refusal;
    if (status === 401 || code === 'too_many_wrong_tokens') cleanup.count('unauthorized');
    else {
      cleanup.count(status < 500 ? 'refused' : 'failed');
      log.warn('A cleanup was refused', { code, ...askers.get(req) });
    }
    next(refusal);
  };
}

function refusalOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof CleanupError || error instanceof NotAllowed)
    return new HttpError(error.code, error.message, { cause: error });
  return new HttpError('internal', undefined, { cause: error });
}

function resultJson({ planned, skipped, nameOf, plan, applied }: CleanupResult): object {
  const setJson = (proof: Proof): object => removableJson(proof, nameOf(proof.set.uid));
  const common = { planned: planned.map(setJson), skipped };
  if (plan !== null)
    return {
      dryRun: true,
      planId: plan.id,
      expiresAt: isoMilliseconds((Date.now() + plan.lifetime) / 1000),
      ...common,
    };
  if (applied === null) return { dryRun: true, ...common };
  const { before, setsAfter, removed, failed } = applied;
  return {
    dryRun: false,
    ...common,
    removed: removed.map(setJson),
    failed,
    before,
    after: { sets: setsAfter, limit: before.limit },
  };
}

function removableJson({ set, state, evidence }: Proof, owner: string): object {
  return {
    semid: set.semid,
    key: `0x${set.key.toString(16).padStart(8, '0')}`,
    owner,
    uid: set.uid,
    semaphores: set.semaphores,
    state,
    changedAt: isoSeconds(set.changedAt),
    evidence,
  };
}
