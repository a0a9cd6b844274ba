/** Sets of IP addresses: where a key may be used from, and which proxies are trusted. */
import { BlockList } from 'node:net';
import { canonicalRange } from '../domain/ip-address.ts';

/** Canonical addresses. */
export type AddressList = Pick<BlockList, 'check'>;

/** Addresses and CIDR ranges, IPv4 and IPv6. @throws TypeError naming what is neither. */
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

/** `address` is canonical; none is on no list. */
export function isListed(list: AddressList, address: string): boolean {
  return address !== '' && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
