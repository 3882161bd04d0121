import { UsageError } from '../errors.ts';
import type { ListenAddress } from './listen-address.ts';

/** A socket that systemd passed. */
export type PassedSocket = ListenAddress & { kind: 'passed' };

/** Variables of the protocol; they speak to one process only, so that no child may see them. */
const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'] as const;

/** SD_LISTEN_FDS_START: the first descriptor after standard error. */
const FIRST_FD = 3;

/**
 * The sockets that systemd's environment tells of (sd_listen_fds(3)), in their order. Throws a UsageError where none
 * were passed, or not to the process `pid`.
 */
export function parsePassedSockets(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): readonly PassedSocket[] {
  const refuse = (why: string): never => {
    throw new UsageError(`--web.systemd-socket: ${why}.`);
  };
  const { LISTEN_PID: listener, LISTEN_FDS: count } = env;
  if (listener === undefined || count === undefined) {
    return refuse(
      'systemd passed no sockets; start the .socket unit and let it start this service, or leave the flag out',
    );
  }
  if (listener !== String(pid)) {
    refuse(
      `the sockets were passed to the process ${JSON.stringify(listener)} and this is ${pid}; let ExecStart= start ` +
        'the exporter itself, not a shell or npm that starts it',
    );
  }
  if (!/^[1-9]\d{0,3}$/.test(count)) {
    refuse(
      `LISTEN_FDS is ${JSON.stringify(count)}, which is no number of sockets; give the .socket unit a ListenStream=`,
    );
  }
  const names = env['LISTEN_FDNAMES']?.split(':') ?? [];
  return Array.from({ length: Number(count) }, (_, at) => ({
    kind: 'passed',
    fd: FIRST_FD + at,
    name: names[at] ?? '',
  }));
}

/**
 * As {@link parsePassedSockets}, of this process; a child that is started from then on is not told of them. It does
 * not get the descriptors either: Node closes on exec all that it was started with.
 */
export function takePassedSockets(): readonly PassedSocket[] {
  const sockets = parsePassedSockets(process.env, process.pid);
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  return sockets;
}
