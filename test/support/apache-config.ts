/** Apache's models of processes that the tests use: each child a request, or threads. */
export type ApacheModel = 'prefork' | 'event';

/** What differs between the Apaches of the tests. */
export interface ApacheConfig {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly model: ApacheModel;
  readonly backend: number;
  /** Where it speaks TLS, with the files `server.crt` and `server.key` of its folder; null for nowhere. */
  readonly tlsPort: number | null;
}

/** Of Debian's package apache2-bin. */
const MODULES = '/usr/lib/apache2/modules';

/**
 * Those that make sets with `Mutex sysvsem default`: auth_digest and ssl's session cache one each, proxy one and one
 * more a balancer, prefork one as there are two listeners; and those that they need.
 */
const NAMES = [
  'authn_core',
  'authz_core',
  'authz_user',
  'auth_digest',
  'socache_shmcb',
  'ssl',
  'slotmem_shm',
  'proxy',
  'proxy_http',
  'lbmethod_byrequests',
  'proxy_balancer',
];

/** Sets that a live Apache of this configuration has. */
export const APACHE_SETS: Readonly<Record<ApacheModel, number>> = { prefork: 5, event: 4 };

/** An httpd.conf that stands for itself. */
export function apacheConfig({ folder, ports, model, backend, tlsPort }: ApacheConfig): string {
  const loads = [`mpm_${model}`, ...NAMES].map(
    (name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`,
  );
  const few =
    model === 'prefork'
      ? ['StartServers 2', 'MinSpareServers 1', 'MaxSpareServers 2', 'MaxRequestWorkers 4']
      : ['StartServers 1', 'ServerLimit 2', 'ThreadsPerChild 4', 'MaxRequestWorkers 8', 'ThreadLimit 4'];
  const lines = [
    `ServerRoot ${folder}`,
    `DefaultRuntimeDir ${folder}`,
    `PidFile ${folder}/httpd.pid`,
    `ErrorLog ${folder}/error.log`,
    `DocumentRoot ${folder}`,
    'ServerName localhost',
    'User www-data',
    'Group www-data',
    ...ports.map((port) => `Listen 127.0.0.1:${port}`),
    ...loads,
    'Mutex sysvsem default',
    `SSLSessionCache shmcb:${folder}/ssl-cache(512000)`,
    ...few,
    '<Proxy balancer://backend>',
    `BalancerMember http://127.0.0.1:${backend}`,
    '</Proxy>',
    'ProxyPass /held balancer://backend/',
    // Nobody may come in, but whoever asks gets a nonce that is counted, for which a mutex is taken.
    '<Location /digest>',
    'AuthType Digest',
    'AuthName digest',
    'AuthDigestNcCheck On',
    'Require valid-user',
    '</Location>',
    ...(tlsPort === null ? [] : secureHost(folder, tlsPort)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Sessions are kept in the cache, and so under its mutex, without tickets and with TLS 1.2 alone. */
function secureHost(folder: string, port: number): string[] {
  return [
    `Listen 127.0.0.1:${port}`,
    `<VirtualHost 127.0.0.1:${port}>`,
    'SSLEngine on',
    `SSLCertificateFile ${folder}/server.crt`,
    `SSLCertificateKeyFile ${folder}/server.key`,
    'SSLProtocol TLSv1.2',
    'SSLSessionTickets off',
    '</VirtualHost>',
  ];
}
