import express, { type Express, type RequestHandler } from 'express';
import { setsHandler, statusHandler } from './api-handlers.ts';
import type { WebContext } from './context.ts';
import { errorHandler } from './error-handler.ts';
import { healthyHandler, readyHandler } from './health-handlers.ts';
import { HttpError } from './http-errors.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { metricsHandler } from './metrics-handler.ts';
import { checkTelemetryPath, methodNotAllowed } from './routes.ts';
import { runbookHandler, runbookListHandler, runbooksRedirect } from './runbooks/handlers.ts';
import { statusPageHandler } from './status-page/handler.ts';

/**
 * All that the exporter answers over HTTP. Paths are strict: no trailing or double slash is forgiven, so that
 * no rule about a path, here or in a proxy, can be walked around. Throws a UsageError where the telemetry path
 * cannot be used.
 */
export function createApp(context: WebContext): Express {
  checkTelemetryPath(context.telemetryPath);
  const app = express();
  app.disable('x-powered-by').disable('etag').disable('query parser');
  app.enable('strict routing').enable('case sensitive routing');
  // In this order, before any route is looked at.
  const middlewares: readonly RequestHandler[] = [commonHeaders, ...context.guards];
  for (const middleware of middlewares) app.use(middleware);
  for (const [path, ...handlers] of readRoutes(context)) {
    app
      .route(path)
      .get(...handlers)
      .all(methodNotAllowed('GET', 'HEAD'));
  }
  if (context.cleanupHandlers !== null) {
    app
      .route('/api/v1/cleanup')
      .post(...context.cleanupHandlers)
      .all(methodNotAllowed('POST'));
  }
  app.use(() => {
    throw new HttpError('not_found');
  });
  app.use(errorHandler(context.log));
  return app;
}

type Route = readonly [path: string, ...handlers: RequestHandler[]];

/** The routes that answer GET and HEAD, and nothing else. */
function readRoutes(context: WebContext): readonly Route[] {
  const { runbooks } = context;
  return [
    [
      '/',
      statusPageHandler(context, {
        ...context,
        cleanupEnabled: context.cleanupHandlers !== null,
        runbooks: runbooks.names,
      }),
    ],
    ['/runbooks', runbooksRedirect],
    ['/runbooks/', runbookListHandler(runbooks)],
    ['/runbooks/:name', runbookHandler(runbooks)],
    [context.telemetryPath, limitConcurrency(context.maxRequests), metricsHandler(context)],
    ['/-/healthy', healthyHandler],
    ['/-/ready', readyHandler(context)],
    ['/api/v1/status', statusHandler(context)],
    // Slots of its own: a page may hold megabytes for as long as its reader is slow, and readers must not keep
    // scrapers out.
    ['/api/v1/sets', limitConcurrency(context.maxRequests), setsHandler(context)],
  ];
}

/** Everything told here is of this moment, and is nothing but what its content type says. */
const commonHeaders: RequestHandler = (_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  next();
};
