import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { CleanupStatus } from '../cleanup/status.ts';
import type { CollectionStatus } from '../collector/status.ts';
import { METRICS } from './catalogue.ts';
import type { MetricsInput } from './definition.ts';
import type { ExpositionFormat } from './negotiate.ts';
import { registerProcess, sampleProcess } from './process-metrics.ts';
import type { ProcessSample } from './process-metrics.ts';
import { freshRegistry, register } from './registry.ts';

/** A content coding that an exposition is served in. */
export type ExpositionEncoding = 'identity' | 'gzip';

/** What an exposition holds beside the metrics of the status. */
interface ExpositionOptions {
  readonly build: MetricsInput['build'];
  /** Whether to add `process_*` and `nodejs_*`. */
  readonly processMetrics: boolean;
}

/** What an exposition tells of: neither is ever changed after it is made. */
interface Told {
  readonly status: CollectionStatus;
  /** Null where cleanup is not enabled. */
  readonly cleanup: CleanupStatus | null;
}

const END = '# EOF\n';
const compress = promisify(gzip);

/** The exposition of one input in one format, with the metrics of a sample of the process. */
export async function renderExposition(
  input: MetricsInput,
  format: ExpositionFormat,
  process: ProcessSample = [],
): Promise<Buffer> {
  const registry = freshRegistry(format);
  for (const definition of METRICS) register(registry, definition, input);
  registerProcess(registry, process, format);
  const text = await registry.metrics();
  const { setInfo } = input.status;
  if (setInfo === null || setInfo.length === 0) return Buffer.from(text);
  if (format === 'text') return Buffer.concat([Buffer.from(`${text}\n`), setInfo]);
  return Buffer.concat([Buffer.from(text.slice(0, -END.length)), setInfo, Buffer.from(END)]);
}

/**
 * The expositions of the statuses of collections and cleanups, each rendered and compressed at most once a format, however many scrapes
 * ask for it at the same time. A status that nobody holds any more takes its expositions with it.
 */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #rendered = new WeakMap<object, WeakMap<object, Map<string, Promise<unknown>>>>();

  constructor(options: ExpositionOptions) {
    this.#options = options;
  }

  /** The body that answers a scrape. Rejects where it could not be rendered; the next call then tries again. */
  body(
    status: CollectionStatus,
    format: ExpositionFormat,
    encoding: ExpositionEncoding,
    cleanup: CleanupStatus | null = null,
  ): Promise<Buffer> {
    const told = { status, cleanup };
    return this.#once(told, `${format} ${encoding}`, async () => {
      if (encoding === 'gzip') return compress(await this.body(status, format, 'identity', cleanup));
      // One sample for both formats: a second one would find the lag of the event loop reset.
      const process = await this.#once(told, 'process', async () =>
        this.#options.processMetrics ? sampleProcess() : [],
      );
      return renderExposition({ ...told, build: this.#options.build }, format, process);
    });
  }

  #once<T>({ status, cleanup }: Told, what: string, make: () => Promise<T>): Promise<T> {
    const made = this.#renderedOf(status, cleanup ?? status);
    const known = made.get(what) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const promise = make();
    made.set(what, promise);
    promise.catch(() => made.delete(what));
    return promise;
  }

  #renderedOf(one: object, other: object): Map<string, Promise<unknown>> {
    let pairs = this.#rendered.get(one);
    if (pairs === undefined)
      this.#rendered.set(one, (pairs = new WeakMap<object, Map<string, Promise<unknown>>>()));
    let made = pairs.get(other);
    if (made === undefined) pairs.set(other, (made = new Map<string, Promise<unknown>>()));
    return made;
  }
}
