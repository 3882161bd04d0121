import type { Log } from '../../log.ts';

/**
 * Logs a fault that is met again and again once, and tells when it is gone. One that is there from the start is not
 * logged: the exporter ends with its sentence.
 */
export class FaultLog {
  readonly #log: Log;
  readonly #what: string;
  #current: string | null | undefined = undefined;

  /** `what` is the part of the web config in words. */
  constructor(log: Log, what: string) {
    this.#log = log;
    this.#what = what;
  }

  fault(message: string): void {
    if (this.#current === undefined || message === this.#current) return;
    this.#current = message;
    this.#log.error(`${this.#what} is broken; nobody is let in until it is mended`, { err: message });
  }

  well(): void {
    if (typeof this.#current === 'string') this.#log.info(`${this.#what} is mended`);
    this.#current = null;
  }
}
