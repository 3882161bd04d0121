import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The Prometheus that the reader chose. */
export const DATA_SOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };
