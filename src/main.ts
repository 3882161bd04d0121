#!/usr/bin/env node
import { run } from './cli/program.ts';

const stop = new AbortController();
const reload = new EventTarget();
process.on('SIGTERM', () => {
  stop.abort();
});
process.on('SIGINT', () => {
  stop.abort();
});
process.on('SIGHUP', () => reload.dispatchEvent(new Event('reload')));

// A reader that has gone away (`list | head`) is no failure; a log that cannot be written must not end the exporter.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const terminal = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
};
const status = await run(process.argv.slice(2), terminal, { stop: stop.signal, reload });
// What a slow reader of a pipe has not taken yet would be lost with the process.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(status);
