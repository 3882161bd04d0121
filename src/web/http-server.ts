import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

/** Bounds on what a client may hold, for every server of the exporter, with TLS or without. */
export const SERVER_OPTIONS = {
  /**
   * Prometheus lets an unused connection go after 5 minutes. It must be the one that does: a connection that
   * the server closes may meet the next scrape half-way.
   */
  keepAliveTimeout: 310_000,
  /** Time for a whole header; a scraper sends it at once. */
  headersTimeout: 10_000,
  /** Time for a whole request with its body, which is 64 KiB at most. */
  requestTimeout: 30_000,
  /** How often the two above are looked at. */
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
} as const satisfies ServerOptions;

/** Makes the server of one address; TLS is such a function too. */
export type ServerFactory = (handler: RequestListener) => Server;

/** A server without TLS. */
export const plainHttp: ServerFactory = (handler) => createServer(SERVER_OPTIONS, handler);
