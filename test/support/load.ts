import autocannon from 'autocannon';
import type { AtEnd } from './program.ts';

/** Requests a second, so that the load leaves the machine something for the others. */
const RATE = 200;
/** Longer than any test. */
const SECONDS = 300;

/** A load generator at work. */
export interface Load {
  /** Ends it; what came of all its requests. */
  end(): Promise<autocannon.Result>;
}

/** Asks `host:port` for these paths in turn, on four connections at a time, until it is ended. */
export function startLoad(atEnd: AtEnd, address: string, paths: readonly string[]): Load {
  let instance: autocannon.Instance | undefined;
  const result = new Promise<autocannon.Result>((resolve, reject) => {
    instance = autocannon(
      {
        url: `http://${address}`,
        requests: paths.map((path) => ({ path })),
        connections: 4,
        overallRate: RATE,
        duration: SECONDS,
      },
      (error: unknown, told: autocannon.Result) => {
        if (error instanceof Error) reject(error);
        else resolve(told);
      },
    );
  });
  const end = (): Promise<autocannon.Result> => {
    instance?.stop();
    return result;
  };
  atEnd(async () => {
    await end();
  });
  return { end };
}
