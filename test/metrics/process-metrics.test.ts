import perfHooks from 'node:perf_hooks';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NOTHING_COLLECTED } from '../../src/collector/status.ts';
import { Exposition, renderExposition } from '../../src/metrics/exposition.ts';
import { sampleProcess } from '../../src/metrics/process-metrics.ts';
import { parseExposition } from '../support/exposition-parser.ts';

const build = { version: '0.1.0', revision: 'abc1234', nodeVersion: process.version };
const CPU = 'process_cpu_seconds';

describe('the metrics of the process', () => {
  it('are shown with the same values in both formats', async () => {
    const exposition = new Exposition({ build, processMetrics: true });
    const status = { ...NOTHING_COLLECTED };
    const text = (await exposition.body(status, 'text', 'identity')).toString();
    const openMetrics = (await exposition.body(status, 'openmetrics', 'identity')).toString();
    const inText = parseExposition(text, 'text');
    const inOpenMetrics = parseExposition(openMetrics, 'openmetrics');
    expect(inText.get(`${CPU}_total`)?.samples).toEqual(inOpenMetrics.get(CPU)?.samples);
    expect(inText.get('process_start_time_seconds')?.samples.size).toBe(1);
    expect([...inOpenMetrics.values()].map(({ samples }) => samples)).toEqual(
      [...inText.values()].map(({ samples }) => samples),
    );
  });

  it('stay what they were for one sample, however often it is rendered', async () => {
    const sample = await sampleProcess();
    const input = { status: NOTHING_COLLECTED, build };
    const first = await renderExposition(input, 'text', sample);
    await renderExposition(input, 'openmetrics', sample);
    expect(await renderExposition(input, 'text', sample)).toEqual(first);
  });

  it('are sampled anew for a new status', async () => {
    const exposition = new Exposition({ build, processMetrics: true });
    const cpu = async () => {
      const body = await exposition.body({ ...NOTHING_COLLECTED }, 'text', 'identity');
      const samples = parseExposition(body.toString(), 'text').get(`${CPU}_total`)?.samples;
      return [...(samples?.values() ?? [])][0] ?? Number.NaN;
    };
    const before = await cpu();
    await expect.poll(cpu).toBeGreaterThan(before);
  });

  it('tell the lag of the event loop only once it has been observed', async () => {
    const mean = 'nodejs_eventloop_lag_mean_seconds';
    await expect.poll(async () => (await sampleProcess()).some(({ name }) => name === mean)).toBe(true);
    const [, rightAfter] = await Promise.all([sampleProcess(), sampleProcess()]);
    expect(rightAfter.some(({ name }) => name.startsWith('nodejs_eventloop_lag_'))).toBe(false);
  });

  it('start one set of observers, however many expositions there are', async () => {
    vi.resetModules();
    const fresh = await import('../../src/metrics/exposition.ts');
    const monitors = vi.spyOn(perfHooks, 'monitorEventLoopDelay');
    onTestFinished(() => {
      monitors.mockRestore();
    });
    for (let round = 0; round < 3; round++) {
      const exposition = new fresh.Exposition({ build, processMetrics: true });
      await exposition.body({ ...NOTHING_COLLECTED }, 'text', 'identity');
    }
    expect(monitors).toHaveBeenCalledTimes(1);
  });

  it('are shown only once they have a value', async () => {
    vi.resetModules();
    const fresh = await import('../../src/metrics/exposition.ts');
    const exposition = new fresh.Exposition({ build, processMetrics: true });
    const body = await exposition.body(NOTHING_COLLECTED, 'text', 'identity');
    const families = parseExposition(body.toString(), 'text');
    expect([...families].filter(([, { samples }]) => samples.size === 0)).toEqual([]);
  });

  it('are left out on request', async () => {
    const exposition = new Exposition({ build, processMetrics: false });
    const text = (await exposition.body(NOTHING_COLLECTED, 'text', 'identity')).toString();
    expect(text).not.toMatch(/process_|nodejs_/);
  });
});
