/**
 * The client address of a request: the address of the connection, or the one that trusted proxies report in
 * `X-Forwarded-For`. It is always canonical; invalid addresses are ignored.
 */
import { canonicalAddress } from '../domain/ip-address.ts';
import { createAddressList, isListed } from './address-list.ts';

/** @returns whether a peer is a proxy whose `X-Forwarded-For` is trusted. */
export type ProxyTrust = (address: string) => boolean;

/** At most this many entries of `X-Forwarded-For` are evaluated. */
const maxProxies = 16;

/** `true` trusts every peer; a comma-separated list of addresses and ranges trusts only those. @throws TypeError */
export function createProxyTrust(trusted: boolean | string): ProxyTrust {
  if (typeof trusted === 'boolean') return () => trusted;
  const list = createAddressList(trusted.split(',').map((entry) => entry.trim()));
  return (address) => isListed(list, address);
}

/** @returns the canonical address of a connection; '' if it is already closed. */
export function peerAddress(remoteAddress: string | undefined): string {
  // A link-local address ends with its interface.
  return canonicalAddress(remoteAddress?.replace(/%.*$/, '') ?? '') ?? '';
}

/**
 * Follows the chain from the peer backwards, because each proxy reports the address before it. Stops at the first
 * address that is not a trusted proxy, or before an invalid entry.
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

/** Parses an entry. Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function namedAddress(entry: string): string | null {
  const [, ipv6] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry) ?? [];
  const [, ipv4] = /^([\d.]+):\d{1,5}$/.exec(entry) ?? [];
  return canonicalAddress(ipv6 ?? ipv4 ?? entry);
}
