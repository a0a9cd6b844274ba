import { isIPv4, isIPv6 } from 'node:net';

/** Whether only this machine reaches an address. What a name resolves to is not asked, except for localhost. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  if (!isIPv6(host)) return /^(.+\.)?localhost$/i.test(host);
  // The URL parser knows the one short spelling of each address.
  const address = URL.parse(`http://[${host.split('%')[0]}]`)?.hostname;
  return address !== undefined && /^\[(::1\]|::ffff:7f..:)/.test(address);
}
