import { isIPv4, isIPv6 } from 'node:net';

/** Whether an address is reachable only from this machine. Names are not resolved; only localhost counts as loopback. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  // Only an address has a colon; the pattern of Node for IPv6 takes 10 ms at its first use.
  if (!host.includes(':') || !isIPv6(host)) return /^(.+\.)?localhost$/i.test(host);
  // The URL parser returns the shortest spelling of an address.
  const address = URL.parse(`http://[${host.split('%')[0]}]`)?.hostname;
  return address !== undefined && /^\[(::1\]|::ffff:7f..:)/.test(address);
}
