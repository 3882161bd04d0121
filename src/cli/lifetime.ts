/** What the outside world asks of a running command. */
export interface Lifetime {
  /** Aborted by SIGTERM and SIGINT. */
  readonly stop: AbortSignal;
  /** Gets an event `reload` at each SIGHUP. */
  readonly reload: EventTarget;
}

/** Resolves when the signal aborts; at once if it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

/** Resolves after some milliseconds, or as soon as the signal aborts. */
export function passed(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
