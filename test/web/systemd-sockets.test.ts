import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { formatListenAddress } from '../../src/web/listen-address.ts';
import { parsePassedSockets, takePassedSockets } from '../../src/web/systemd-sockets.ts';

const PID = 4242;

describe('parsePassedSockets', () => {
  it('tells every descriptor from 3 on, in their order, with its name', () => {
    const env = { LISTEN_PID: '4242', LISTEN_FDS: '3', LISTEN_FDNAMES: 'web.socket:web.socket:admin' };
    const sockets = parsePassedSockets(env, PID);
    expect(sockets).toEqual([
      { kind: 'passed', fd: 3, name: 'web.socket' },
      { kind: 'passed', fd: 4, name: 'web.socket' },
      { kind: 'passed', fd: 5, name: 'admin' },
    ]);
    expect(sockets.map(formatListenAddress)).toEqual([
      'fd 3 (web.socket)',
      'fd 4 (web.socket)',
      'fd 5 (admin)',
    ]);
  });

  it('does without names', () => {
    const sockets = parsePassedSockets({ LISTEN_PID: '4242', LISTEN_FDS: '1' }, PID);
    expect(sockets.map(formatListenAddress)).toEqual(['fd 3']);
  });

  it.each([
    ['nothing was passed', {}, 'systemd passed no sockets'],
    ['there is no count', { LISTEN_PID: '4242' }, 'systemd passed no sockets'],
    ['there is no process', { LISTEN_FDS: '1' }, 'systemd passed no sockets'],
    [
      'they are a parent’s',
      { LISTEN_PID: '1', LISTEN_FDS: '1' },
      'passed to the process "1" and this is 4242',
    ],
    ['the process is none', { LISTEN_PID: '4242x', LISTEN_FDS: '1' }, 'passed to the process "4242x"'],
    ['there are none', { LISTEN_PID: '4242', LISTEN_FDS: '0' }, 'LISTEN_FDS is "0"'],
    ['the count is none', { LISTEN_PID: '4242', LISTEN_FDS: '-1' }, 'LISTEN_FDS is "-1"'],
    ['the count is absurd', { LISTEN_PID: '4242', LISTEN_FDS: '99999999' }, 'LISTEN_FDS is "99999999"'],
  ])('refuses where %s', (_what, env, why) => {
    const parse = () => parsePassedSockets(env, PID);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(/^--web\.systemd-socket: [^\n]*\.$/);
    expect(parse).toThrow(why);
  });
});

describe('takePassedSockets', () => {
  it('takes the variables out of the environment that children get', () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('LISTEN_PID', String(process.pid));
    vi.stubEnv('LISTEN_FDS', '1');
    vi.stubEnv('LISTEN_FDNAMES', 'web.socket');
    expect(takePassedSockets()).toEqual([{ kind: 'passed', fd: 3, name: 'web.socket' }]);
    expect(Object.keys(process.env).filter((name) => name.startsWith('LISTEN_'))).toEqual([]);
  });
});
