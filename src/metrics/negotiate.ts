import contentType from 'content-type';
import { Registry } from 'prom-client';

/** A format that an exposition is rendered in. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** Content-Type of each format. */
export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

const VERSIONS: Readonly<Record<string, { format: ExpositionFormat; versions: readonly string[] }>> = {
  'text/plain': { format: 'text', versions: ['0.0.4', ''] },
  'application/openmetrics-text': { format: 'openmetrics', versions: ['1.0.0', '0.0.1', ''] },
};

// A comma inside a quoted parameter does not end a media range.
const MEDIA_RANGES = /(?:[^,"]|"(?:\\.|[^"\\])*"?)+/g;

function candidate(range: string): { format: ExpositionFormat; quality: number } | null {
  try {
    const { type, parameters } = contentType.parse(range.trim());
    const known = VERSIONS[type];
    const quality = Number(parameters['q'] ?? 1);
    if (!known?.versions.includes(parameters['version'] ?? '') || !(quality > 0)) return null;
    return { format: known.format, quality };
  } catch {
    return null; // A range that cannot be parsed asks for nothing; the others still count.
  }
}

/**
 * The format that an Accept header asks for, as client_golang chooses it (NegotiateIncludingOpenMetrics of
 * prometheus/common): of the formats named there, the one with the highest q, the first of equals. Text where
 * none is named: wildcards ask for nothing in particular, and a scraper is better off with text than with a 406.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const candidates = (accept?.match(MEDIA_RANGES) ?? []).map(candidate).filter((found) => found !== null);
  candidates.sort((a, b) => b.quality - a.quality);
  return candidates[0]?.format ?? 'text';
}
