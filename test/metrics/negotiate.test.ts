import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTENT_TYPES, negotiateFormat } from '../../src/metrics/negotiate.ts';

const PROTOBUF =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6';
const CLIENTS = {
  'Prometheus 2.42':
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'Prometheus 2.53':
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'Prometheus 2.53 with native histograms': `${PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
  'Prometheus 3':
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'Prometheus 3 with native histograms': `${PROTOBUF},application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
} as const;

describe('negotiation of the format', () => {
  it.each(Object.entries(CLIENTS))('gives OpenMetrics to %s', (_, accept) => {
    expect(negotiateFormat(accept)).toBe('openmetrics');
  });

  it.each([
    ['a client that says nothing', undefined],
    ['an empty header', ''],
    ['curl', '*/*'],
    ['Prometheus 1', `${PROTOBUF},text/plain;version=0.0.4;q=0.3,*/*;q=0.1`],
    ['Firefox', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    [
      'Chromium',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
    ],
    ['one that accepts nothing we have', 'application/json'],
    ['one that wants protobuf only', PROTOBUF],
    [
      'one that prefers text',
      'text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.8',
    ],
    ['one that prefers text, and says so last', 'application/openmetrics-text;q=0.5,text/plain;q=0.9'],
    ['one that names text first of equals', 'text/plain, application/openmetrics-text'],
    ['one that refuses OpenMetrics', 'application/openmetrics-text;q=0,*/*'],
    ['one that asks for an OpenMetrics we do not speak', 'application/openmetrics-text;version=2.0.0'],
    ['one whose q is no number', 'application/openmetrics-text;q=high'],
    ['one whose media range is broken', 'application/openmetrics-text;;;=,text/plain'],
    ['one that quotes a comma', 'a/b;c="x,application/openmetrics-text,y",text/plain;q=0.1'],
  ])('gives text to %s', (_, accept) => {
    expect(negotiateFormat(accept)).toBe('text');
  });

  it.each([
    ['no version', 'application/openmetrics-text'],
    ['the version quoted', 'application/openmetrics-text; version="1.0.0"; charset=utf-8'],
    ['other letters', 'Application/OpenMetrics-Text; Version=1.0.0; Q=0.5'],
    ['version 0.0.1 only', 'application/openmetrics-text;version=0.0.1'],
    ['a text of another version before it', 'text/plain;version=1.0.0,application/openmetrics-text;q=0.1'],
    ['a broken media range before it', 'text,/,application/openmetrics-text;version=1.0.0;q=0.5'],
    ['text refused', 'text/plain;q=0,application/openmetrics-text;q=0.001'],
  ])('gives OpenMetrics for %s', (_, accept) => {
    expect(negotiateFormat(accept)).toBe('openmetrics');
  });

  it('never fails, whatever the header holds', () => {
    const known = ['application/openmetrics-text', 'text/plain', 'version=', '1.0.0', 'q=', '0.5'];
    const pieces = fc.constantFrom(...known, ...Array.from(',;="\\/*- \t\u0000é'));
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        expect(Object.keys(CONTENT_TYPES)).toContain(negotiateFormat(parts.join('')));
      }),
    );
  });

  it.each(['"', '\\"', ',', ';', ' ', 'a/b;q="', 'a/b;c=d,', '; '])(
    'takes no time over a header full of %j',
    (piece) => {
      const header = piece.repeat(Math.ceil(16_384 / piece.length));
      const start = performance.now();
      negotiateFormat(header);
      expect(performance.now() - start).toBeLessThan(500);
    },
  );

  it('answers with the content types that scrapers know', () => {
    expect(CONTENT_TYPES).toEqual({
      text: 'text/plain; version=0.0.4; charset=utf-8',
      openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    });
  });
});
