// The load generator, a process of its own: `load.mjs URL SECONDS` scrapes as 20 keep-alive clients and prints JSON.
import autocannon from 'autocannon';
import { quantile } from './statistics.mjs';

const CLIENTS = 20;
/** What Prometheus sends. */
const HEADERS = {
  accept:
    'application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
    'text/plain;version=0.0.4;q=0.4,*/*;q=0.1',
  'accept-encoding': 'gzip',
};

const [url, seconds] = process.argv.slice(2);
/** Milliseconds of each answer; autocannon's own histogram knows whole ones only. */
const latencies = [];
const run = autocannon({ url, connections: CLIENTS, duration: Number(seconds), headers: HEADERS });
run.on('response', (_client, _status, _bytes, latency) => latencies.push(latency));
const { duration, errors, non2xx } = await run;
if (errors + non2xx > 0) throw new Error(`${errors} errors and ${non2xx} refusals from ${url}`);
console.log(
  JSON.stringify({
    requestsPerSecond: latencies.length / duration,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }),
);
