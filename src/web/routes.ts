import type { RequestHandler } from 'express';
import { UsageError } from '../errors.ts';
import { HttpError } from './http-errors.ts';

/** Paths the exporter keeps for itself, with everything below them. */
const RESERVED = ['/-', '/api', '/runbooks'];

/**
 * Refuses a `--web.telemetry-path` that no scraper could reach as it stands, or that another route needs.
 * Throws a UsageError.
 */
export function checkTelemetryPath(path: string): void {
  const refuse = (why: string): never => {
    throw new UsageError(
      `--web.telemetry-path: ${JSON.stringify(path)} ${why}; choose a path such as /metrics.`,
    );
  };
  // Nothing that a client would encode, resolve or cut off, and nothing that a router takes for a pattern.
  if (!/^(?:\/[A-Za-z0-9._~-]+)+$/.test(path)) {
    refuse('is not a slash and names of letters, digits, ".", "_", "~" and "-"');
  }
  if (path.split('/').some((name) => name === '.' || name === '..')) {
    refuse('has a dot for a name, which clients resolve');
  }
  const reserved = RESERVED.find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  if (reserved !== undefined) refuse(`is below ${reserved}, which the exporter keeps for itself`);
}

/** A handler that refuses every request with 405 and the methods that would have been right. */
export function methodNotAllowed(...allowed: readonly string[]): RequestHandler {
  return () => {
    throw new HttpError('method_not_allowed', undefined, { headers: { Allow: allowed.join(', ') } });
  };
}
