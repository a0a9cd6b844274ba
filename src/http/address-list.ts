/** Sets of IP addresses: the allowed addresses of a key, and the trusted proxies. */
import { BlockList } from 'node:net';
import { canonicalRange } from '../domain/ip-address.ts';

/** A set of canonical addresses. */
export type AddressList = Pick<BlockList, 'check'>;

/** Creates a list from IPv4 and IPv6 addresses and CIDR ranges. @throws TypeError that names an invalid entry. */
export function createAddressList(entries: readonly string[]): AddressList {
  const list = new BlockList();
  for (const entry of entries) {
    const range = canonicalRange(entry);
    if (range === null) throw new TypeError(`'${entry}' is neither an IP address nor a CIDR range`);
    const [address = '', prefix] = range.split('/');
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

/** `address` is canonical; the empty address is on no list. */
export function isListed(list: AddressList, address: string): boolean {
  return address !== '' && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
