import { BlockList, isIPv4, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Whether what comes to a bound address never leaves the machine: an IP address of loopback, or a Unix socket. Of a passed
 * Unix socket Node tells no address, so that it stands there as `fd 3`; of a passed TCP socket it tells one.
 */
export function isConfidential(address: string): boolean {
  if (address.startsWith('unix:') || /^fd \d+/.test(address)) return true;
  const [, bracketed, plain = ''] = /^(?:\[(.*)\]|(.*)):\d+$/s.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (isIPv4(host)) return LOOPBACK.check(host, 'ipv4');
  return isIPv6(host) && LOOPBACK.check(host, 'ipv6');
}
