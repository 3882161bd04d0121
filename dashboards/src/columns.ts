import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';

/** Fields of a table's queries in the order of its columns, with their headings; null leaves the name. */
type Columns = Readonly<Record<string, string | null>>;

/** Joins the queries of a table by their labels, and leaves just these columns. */
export function columns(columns: Columns): DataTransformerConfig[] {
  // The value of a query is called after it only where another query has an answer too.
  const lone = columns['Value #A'];
  const all = lone === undefined ? columns : { ...columns, Value: lone };
  const names = Object.keys(all);
  return [
    { id: 'merge', options: {} },
    { id: 'filterFieldsByName', options: { include: { names } } },
    {
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
        renameByName: Object.fromEntries(Object.entries(all).filter(([, heading]) => heading !== null)),
      },
    },
  ];
}
