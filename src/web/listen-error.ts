import { messageOf, UsageError } from '../errors.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';

/** The sentence for an address that cannot be listened on: which, why, and what to do. */
export function listenError(address: ListenAddress, error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = WHY[address.kind][code] ?? `${messageOf(error)}; choose another address`;
  return refusedAddress(address, why, error);
}

/** A UsageError about one address; `why` is the rest of the sentence. */
export function refusedAddress(address: ListenAddress, why: string, cause?: unknown): UsageError {
  const text = formatListenAddress(address);
  const flag = address.kind === 'passed' ? '--web.systemd-socket' : '--web.listen-address';
  return new UsageError(`${flag}: cannot listen on ${text}: ${why}.`, { cause });
}

const UNRESOLVED = 'the host name has no address; correct it, or give an IP address';

const TCP: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; stop it, or choose another port',
  EACCES: 'this user may not use that port; choose one above 1023',
  EPERM: 'this user may not use that port; choose one above 1023',
  EADDRNOTAVAIL: 'no interface of this machine has that address; choose one that `ip address` shows',
  EAFNOSUPPORT: 'this machine has no IPv6; give an IPv4 address',
  ENOTFOUND: UNRESOLVED,
  EAI_AGAIN: UNRESOLVED,
};

const UNIX_FORBIDDEN =
  'this user may not make a socket there; choose another path, or change the permissions of its folder';

const UNIX: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has just begun to listen there; stop it, or choose another path',
  EACCES: UNIX_FORBIDDEN,
  EPERM: UNIX_FORBIDDEN,
  ENOENT: 'its folder does not exist; make it first',
  ENOTDIR: 'a part of its path is not a folder; correct it',
  EROFS: 'its file system is read-only; choose another folder',
  ENAMETOOLONG: 'its path is too long for a Unix socket; choose a shorter one',
};

const PASSED: Readonly<Record<string, string>> = {
  // Node's own word too for whatever it does not know how to listen on: vsock, a datagram socket, a file.
  EINVAL:
    'it is no TCP or Unix socket that takes connections; the .socket unit needs ListenStream=, and no Accept=yes',
};

const WHY = { tcp: TCP, unix: UNIX, passed: PASSED } as const satisfies Record<ListenAddress['kind'], object>;
