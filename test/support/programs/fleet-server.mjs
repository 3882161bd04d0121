import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderExposition } from '../../../dist/metrics/exposition.js';
import { expositionInput } from './fleet-situations.mjs';

const compress = promisify(gzip);
/** How long an exposition is shown again, in milliseconds, as that of a real exporter is between two collections. */
const INTERVAL = 5000;

/** Answers for all exporters of a fleet, `/N` for the Nth; the address. Ends with the process. */
export async function serveFleet({ targets, now, processSample }) {
  const kept = new Map();

  function expositionOf(situation) {
    const known = kept.get(situation);
    if (known !== undefined && Date.now() - known.madeAt < INTERVAL) return known.body;
    const input = expositionInput(situation, now, now - Date.now() / 1000);
    const body =
      input === null
        ? Promise.resolve(null)
        : renderExposition(input, 'openmetrics', processSample).then(compress);
    kept.set(situation, { madeAt: Date.now(), body });
    return body;
  }

  const server = createServer((request, response) => {
    const target = targets[Number(request.url.slice(1))];
    void expositionOf(target.situation).then((body) => {
      if (body === null) return response.writeHead(503).end();
      return response
        .writeHead(200, {
          'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
          'content-encoding': 'gzip',
        })
        .end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${server.address().port}`;
}
