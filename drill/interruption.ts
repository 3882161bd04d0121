/** Aborts when whoever started this has had enough: Ctrl-C, kill(1), or a terminal that was closed. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  // Ctrl-C reaches the programs that were started as well, and npm may pass it on once more.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      controller.abort();
    });
  }
  // Who has closed the terminal reads no more, and what was started must end all the same.
  process.stdout.on('error', () => undefined);
  return controller.signal;
}
