import { SET_STATES, type SetState } from '../orphans/vocabulary.ts';
import { HttpError } from './http-errors.ts';

/** Sets on one page where the request names no limit. */
const DEFAULT_LIMIT = 1000;

/** Most sets on one page. */
const MAX_LIMIT = 10_000;

/** What a request to `GET /api/v1/sets` asks for. */
export interface SetsQuery {
  /** Names, or uids in digits; empty for every owner. */
  readonly owners: readonly string[];
  /** Empty for every state. */
  readonly states: readonly SetState[];
  /** 1 to 10 000. */
  readonly limit: number;
  /** Only sets with a higher semid; -1 for all. */
  readonly afterSemid: number;
}

/** Reads the query of `GET /api/v1/sets`. Throws an HttpError (400) where a part of it cannot be used. */
export function parseSetsQuery(query: URLSearchParams): SetsQuery {
  refuseUnknown(query, ['owner', 'state', 'limit', 'cursor']);
  const cursor = single(query, 'cursor');
  return {
    owners: query.getAll('owner').map(ownerOf),
    states: query.getAll('state').map(stateOf),
    limit: limitOf(single(query, 'limit')),
    afterSemid: cursor === undefined ? -1 : semidOf(cursor),
  };
}

/** Throws an HttpError (400) where the query has a parameter other than these. */
export function refuseUnknown(query: URLSearchParams, known: readonly string[]): void {
  if ([...query.keys()].every((name) => known.includes(name))) return;
  const wanted = known.length === 0 ? 'no parameters' : `only the parameters ${known.join(', ')}`;
  throw new HttpError('unknown_parameter', `This route takes ${wanted}.`);
}

/** The cursor of the page that follows a set: opaque to clients, good as long as they like. */
export function cursorAfter(semid: number): string {
  return Buffer.from(`after:${semid}`).toString('base64url');
}

function semidOf(cursor: string): number {
  const [, digits] = /^after:(\d{1,10})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  // Decoding forgives what encoding never makes; a cursor that was altered is refused, not guessed at.
  if (digits === undefined || cursorAfter(Number(digits)) !== cursor) throw new HttpError('bad_cursor');
  return Number(digits);
}

function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new HttpError('bad_parameter', `The parameter ${name} may stand only once.`);
  return values[0];
}

function ownerOf(value: string): string {
  if (value === '') {
    throw new HttpError('bad_parameter', 'The parameter owner is a user name or a uid, not empty.');
  }
  return value;
}

function stateOf(value: string): SetState {
  const state = SET_STATES.find((known) => known === value);
  if (state === undefined) {
    throw new HttpError('bad_parameter', `The parameter state is one of ${SET_STATES.join(', ')}.`);
  }
  return state;
}

function limitOf(value: string | undefined): number {
  if (value === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > MAX_LIMIT) {
    throw new HttpError('bad_parameter', `The parameter limit is a whole number from 1 to ${MAX_LIMIT}.`);
  }
  return limit;
}
