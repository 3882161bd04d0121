// What memory is compared with: the least that serves metrics with Node, Express and prom-client.
import express from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

const registry = new Registry();
collectDefaultMetrics({ register: registry });
new Gauge({ name: 'bare_up', help: 'Always 1.', registers: [registry] }).set(1);

const app = express();
app.get('/metrics', async (_req, res) => {
  res.set('Content-Type', registry.contentType).send(await registry.metrics());
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stderr.write(`msg="Listening on" address=127.0.0.1:${server.address().port}\n`);
});
