import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { addServeFlags, DEFAULT_PORT } from '../../src/cli/flags.ts';
import { RULE_FILE } from '../alerts/rule-file.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { DEPLOY } from './unit-file.ts';

/** Every file of the examples. */
const FILES = readdirSync(DEPLOY, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

const CAPABILITIES = { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH', 'IPC_OWNER'] };

/** The documents of a YAML file; throws where it is none. */
function documentsOf(...path: string[]): Record<string, unknown>[] {
  const text = readFileSync(join(DEPLOY, ...path), 'utf8');
  return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    return document.toJS() as Record<string, unknown>;
  });
}

/** The object of a kind. */
function objectOf(kind: string, ...path: string[]): Record<string, unknown> | undefined {
  return documentsOf(...path).find((document) => document['kind'] === kind);
}

it('one file has the tokens, wherever docs, runbooks and units name it', () => {
  const docs = join(DEPLOY, '..', 'docs');
  const guides = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  const texts = [...guides.map((name) => join(docs, name)), ...FILES].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const named = texts.flatMap((text) =>
    Array.from(text.matchAll(/token(?:-file)?[= ](\/\S*?)[`\s]/g), ([, path]) => path),
  );
  expect(named.length).toBeGreaterThan(5);
  expect([...new Set(named)]).toEqual(['/etc/sysvsem-exporter/cleanup-tokens']);
});

describe('the files for Grafana’s provisioning', () => {
  it('have the dashboards read from where docs/dashboards.md puts them, and ask the Prometheus of the example', () => {
    const guide = readFileSync(join(DEPLOY, '..', 'docs', 'dashboards.md'), 'utf8');
    const [dashboards] = documentsOf('grafana', 'provisioning', 'dashboards', 'sysvsem.yaml');
    const { providers } = dashboards as { providers: readonly { options: { path: string } }[] };
    expect(providers).toHaveLength(1);
    expect(guide).toContain(`install -D -m 644 -t ${providers[0]?.options.path ?? '?'} `);

    const [sources] = documentsOf('grafana', 'provisioning', 'datasources', 'prometheus.yaml');
    const [prometheus] = documentsOf('prometheus', 'prometheus.yml');
    const { datasources } = sources as { datasources: readonly { type: string; jsonData: object }[] };
    const { global } = prometheus as { global: { scrape_interval: string } };
    expect(datasources).toMatchObject([
      { type: 'prometheus', jsonData: { timeInterval: global.scrape_interval } },
    ]);
  });
});

describe('the Prometheus example', () => {
  needs('promtool', 'setpriv').it(
    'is correct to Prometheus itself, and finds the rules beside it',
    async () => {
      const folder = temporaryFolder(onTestFinished);
      const file = join(folder, 'prometheus.yml');
      mkdirSync(join(folder, 'rules'));
      copyFileSync(join(DEPLOY, 'prometheus', 'prometheus.yml'), file);
      copyFileSync(RULE_FILE, join(folder, 'rules', 'sysvsem.rules.yml'));
      const { code, stdout, stderr } = await run(onTestFinished, ['promtool', 'check', 'config', file]);
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toContain('1 rule files found');
    },
  );

  it('evaluates the rules and tells an Alertmanager', () => {
    const [config] = documentsOf('prometheus', 'prometheus.yml');
    expect(config).toMatchObject({
      rule_files: ['rules/sysvsem.rules.yml'],
      alerting: {
        alertmanagers: [{ static_configs: [{ targets: [expect.stringMatching(/:9093$/)] }] }],
      },
    });
  });

  it('names the job as the alerts expect it, and the default port', () => {
    const [config] = documentsOf('prometheus', 'prometheus.yml');
    expect(config).toMatchObject({
      scrape_configs: [
        {
          job_name: 'sysvsem',
          static_configs: [
            {
              targets: [
                expect.stringMatching(new RegExp(`:${DEFAULT_PORT}$`)),
                expect.stringMatching(new RegExp(`:${DEFAULT_PORT}$`)),
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('the container examples', () => {
  it('share the host’s IPC and PID namespaces, with three capabilities and a read-only root', () => {
    expect(documentsOf('docker', 'compose.yaml')).toMatchObject([
      {
        services: {
          'sysvsem-exporter': {
            ipc: 'host',
            pid: 'host',
            read_only: true,
            cap_drop: CAPABILITIES.drop,
            cap_add: CAPABILITIES.add,
          },
        },
      },
    ]);
    expect(objectOf('DaemonSet', 'kubernetes', 'daemonset.yaml')).toMatchObject({
      spec: {
        template: {
          spec: {
            hostIPC: true,
            hostPID: true,
            containers: [
              {
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: CAPABILITIES,
                },
                ports: [{ name: 'metrics', containerPort: DEFAULT_PORT }],
              },
            ],
          },
        },
      },
    });
  });

  it('are scraped as the job that the alerts expect', () => {
    expect(objectOf('ServiceMonitor', 'kubernetes', 'servicemonitor.yaml')).toMatchObject({
      spec: {
        endpoints: [
          {
            port: 'metrics',
            relabelings: expect.arrayContaining([
              { targetLabel: 'job', replacement: 'sysvsem' },
            ]) as unknown[],
          },
        ],
      },
    });
  });

  it('build from what they need, all of which is there', () => {
    const ignored = readFileSync(join(DEPLOY, 'docker', 'Dockerfile.dockerignore'), 'utf8');
    const needed = ignored.split('\n').filter((line) => line.startsWith('!'));
    expect(needed.filter((line) => !existsSync(join(DEPLOY, '..', line.slice(1))))).toEqual([]);
    const dockerfile = readFileSync(join(DEPLOY, 'docker', 'Dockerfile'), 'utf8');
    for (const line of needed) expect(dockerfile).toMatch(new RegExp(`^COPY .*${line.slice(1)}`, 'm'));
  });
});

describe('every example', () => {
  it('gives the exporter only flags that it has', () => {
    const known = addServeFlags(new Command()).options.map(({ long }) => long);
    const flags = FILES.flatMap((file) =>
      Array.from(
        readFileSync(file, 'utf8').matchAll(/--(?:web|collector|path|log|state|orphans|cleanup)\.[a-z.-]+/g),
        String,
      ),
    );
    expect(flags).toContain('--web.systemd-socket');
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
  });

  it('that nobody has run says so', () => {
    const containers = FILES.filter((file) => /docker|kubernetes/.test(file) && !file.endsWith('ignore'));
    expect(containers).toHaveLength(4);
    for (const file of containers) expect(readFileSync(file, 'utf8')).toMatch(/^# Not run/);
  });
});
