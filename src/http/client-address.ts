/**
 * Whose request it is: the address of the connection, or what trusted proxies say in `X-Forwarded-For`. Always canonical:
 * texts that are no address are ignored, wherever they come from.
 */
import { canonicalAddress } from '../domain/ip-address.ts';
import { createAddressList, isListed } from './address-list.ts';

/** Which peers are proxies whose `X-Forwarded-For` is believed. */
export type ProxyTrust = (address: string) => boolean;

/** More proxies than these do not stand one behind the other. */
const maxProxies = 16;

/** `true` trusts every peer, a list of addresses and ranges with commas between them only those. @throws TypeError */
export function createProxyTrust(trusted: boolean | string): ProxyTrust {
  if (typeof trusted === 'boolean') return () => trusted;
  const list = createAddressList(trusted.split(',').map((entry) => entry.trim()));
  return (address) => isListed(list, address);
}

/** The canonical address of a connection; '' where it is closed already. */
export function peerAddress(remoteAddress: string | undefined): string {
  // A link-local address has the interface behind it.
  return canonicalAddress(remoteAddress?.replace(/%.*$/, '') ?? '') ?? '';
}

/**
 * Goes from the peer through the proxies, each of which names the one before it, as long as they are trusted and name an
 * address.
 */
export function clientAddress(
  peer: string,
  forwarded: string | string[] | undefined,
  isTrusted: ProxyTrust,
): string {
  if (forwarded === undefined || !isTrusted(peer)) return peer;
  const named = String(forwarded).split(',').slice(-maxProxies).reverse();
  let client = peer;
  for (const entry of named) {
    const address = namedAddress(entry.trim());
    if (address === null) break;
    client = address;
    if (!isTrusted(client)) break;
  }
  return client;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function namedAddress(entry: string): string | null {
  const [, ipv6] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry) ?? [];
  const [, ipv4] = /^([\d.]+):\d{1,5}$/.exec(entry) ?? [];
  return canonicalAddress(ipv6 ?? ipv4 ?? entry);
}
