import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Folder of the rules, their tests and the example of an Alertmanager's configuration. */
export const ALERTS = fileURLToPath(new URL('../../alerts/', import.meta.url));

/** The rule file. */
export const RULE_FILE = `${ALERTS}sysvsem.rules.yml`;

/** A rule that records a series. */
interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A rule that raises an alert. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly (RecordingRule | AlertingRule)[];
  }[];
}

const rules = (parse(readFileSync(RULE_FILE, 'utf8')) as RuleFile).groups.flatMap((group) => group.rules);

/** The rules that record series, in the file's order. */
export const RECORDING_RULES: readonly RecordingRule[] = rules.filter((rule) => 'record' in rule);

/** The rules that raise alerts, in the file's order; a warning and a critical rule may have one name. */
export const ALERTING_RULES: readonly AlertingRule[] = rules.filter((rule) => 'alert' in rule);

/** Names of the alerts, each once, in alphabetical order. */
export const ALERT_NAMES: readonly string[] = [...new Set(ALERTING_RULES.map(({ alert }) => alert))].sort();

/** Names of the test files, less `.test.yml`, in alphabetical order. */
export const RULE_TESTS: readonly string[] = readdirSync(ALERTS)
  .flatMap((file) => /^(.+)\.test\.yml$/.exec(file)?.[1] ?? [])
  .sort();

/** A name for a rule in a test's title. */
export function titleOf({ alert, labels = {} }: AlertingRule): string {
  return [alert, labels['severity'], labels['cause']].filter((part) => part !== undefined).join(' ');
}

/** The queries that the templates of annotations ask, with the verbs that stand for labels filled in. */
export function annotationQueries({ annotations = {} }: AlertingRule): string[] {
  return Object.values(annotations).flatMap((text) =>
    Array.from(text.matchAll(/printf "((?:[^"\\]|\\.)*)"[^|}]*\| query/g), ([, query = '']) =>
      query.replaceAll('%q', '"any"'),
    ),
  );
}
