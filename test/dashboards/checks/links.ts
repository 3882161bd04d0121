import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nameOf, panelsOf, targetsOf, variablesOf } from '../dashboard.ts';
import type { Dashboard, Panel, Problems } from '../dashboard.ts';
import { fieldsOf } from '../promql/fields.ts';
import { settingsOf } from '../field-settings.ts';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** Pages of the exporter for people (docs of the contract), and its API. */
const ROUTES = ['/', '/metrics', '/runbooks/', '/api/v1/status', '/api/v1/sets'];

/** Variables that Grafana itself fills in, beside those of a row of a table. */
const GLOBAL = ['__url_time_range'];

interface Link {
  readonly where: string;
  readonly url: string;
  readonly title: string;
  readonly panel: Panel | null;
}

/** Links of the dashboard, of its panels and of their fields. */
function linksOf(dashboard: Dashboard): Link[] {
  const own = (dashboard.links ?? []).map((link) => ({
    where: `link "${link.title}"`,
    url: (link.type as string) === 'dashboards' ? '' : (link.url ?? ''),
    title: link.title,
    panel: null,
  }));
  const ofPanels = panelsOf(dashboard).flatMap((panel) => {
    const { links = [], fieldConfig } = panel;
    const ofFields = settingsOf(panel, 'links').flatMap(
      (value) => value as { url?: string; title: string }[],
    );
    const { content = '' } = (panel.options ?? {}) as { content?: string };
    const inText = Array.from(content.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g), ([, title = '', url = '']) => ({
      title,
      url,
    }));
    return [...links, ...(fieldConfig?.defaults.links ?? []), ...ofFields, ...inText].map(
      ({ title, url = '' }) => ({
        where: `link "${title}" of ${nameOf(panel)}`,
        url,
        title,
        panel,
      }),
    );
  });
  return [...own, ...ofPanels];
}

/** Every link has a title and leads to what exists: a dashboard, a page of the exporter, a document. */
export function checkLinks(dashboard: Dashboard, dashboards: readonly Dashboard[]): Problems {
  return linksOf(dashboard).flatMap((link) => {
    const problems = [
      ...(link.title === '' ? ['it has no title'] : []),
      ...(link.url === '' ? ['it leads nowhere'] : checkUrl(link.url, dashboards)),
      ...checkVariables(link, dashboard),
    ];
    return problems.map((problem) => `${link.where}: ${problem}`);
  });
}

function checkUrl(url: string, dashboards: readonly Dashboard[]): string[] {
  const [, uid, search = ''] = /^\/d\/([^/?]+)(?:\/[^?]*)?(?:\?(.*))?$/.exec(url) ?? [];
  if (uid !== undefined) return checkDashboardLink(uid, search, dashboards);
  const [, path] = /^https?:\/\/\$\{[^}]*instance[^}]*\}(\/[^?#]*)?/.exec(url) ?? [];
  if (path !== undefined) return checkExporterPath(path);
  const document = /^https:\/\/[^/]+\/.*\/docs\/(.+\.md)(?:#.*)?$/.exec(url)?.[1];
  if (document !== undefined && existsSync(`${DOCS}${document}`)) return [];
  return [`${url} is no dashboard, page of the exporter or document that exists`];
}

function checkDashboardLink(uid: string, search: string, dashboards: readonly Dashboard[]): string[] {
  const target = dashboards.find((dashboard) => dashboard.uid === uid);
  if (target === undefined) return [`there is no dashboard ${uid}`];
  const names = Array.from(search.matchAll(/(?:^|&)var-([^=&]+)/g), ([, name = '']) => name);
  const known = variablesOf(target).map(({ name }) => name);
  return names.filter((name) => !known.includes(name)).map((name) => `${uid} has no variable ${name}`);
}

function checkExporterPath(path: string): string[] {
  // Each alert has its runbook (test/alerts/runbooks.test.ts), whichever it is.
  if (/^\/runbooks\/\$\{__data\.fields\.alertname\}$/.test(path)) return [];
  const runbook = /^\/runbooks\/(\w+)$/.exec(path)?.[1];
  if (runbook !== undefined)
    return existsSync(`${DOCS}runbooks/${runbook}.md`) ? [] : [`there is no runbook ${runbook}`];
  return ROUTES.includes(path) ? [] : [`the exporter has no page ${path}`];
}

function checkVariables({ url, panel }: Link, dashboard: Dashboard): string[] {
  const known = variablesOf(dashboard).map(({ name }) => name);
  const fields = panel === null ? [] : targetsOf(panel).flatMap((target) => fieldsOf(panel, target));
  return Array.from(
    url.matchAll(/\$\{([^}]+)\}|\$(\w+)/g),
    ([, braced, bare = '']) => braced ?? bare,
  ).flatMap((variable) => {
    const name = variable.replace(/:\w+$/, '');
    const field =
      /^__data\.fields(?:\["([^"]+)"\]|\.(\w+))$/.exec(name) ?? /^__field\.labels\.(\w+)$/.exec(name);
    if (field !== null) {
      const wanted = field[1] ?? field[2] ?? '';
      return fields.includes(wanted) ? [] : [`the panel has no field or label "${wanted}"`];
    }
    return GLOBAL.includes(name) || known.includes(name) ? [] : [`there is no variable ${name}`];
  });
}
