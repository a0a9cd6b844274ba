/**
 * Canonical text of IP addresses and ranges, so that they can be compared: IPv4 in dotted form, IPv6 as in RFC 5952,
 * and IPv4-mapped IPv6 addresses (`::ffff:192.0.2.1`) as the IPv4 address.
 */
import { present } from '../boundary/present.ts';

/** 8 groups of 16 bits; IPv4 addresses are in their mapped form. */
type Groups = readonly number[];

const bitsOfGroup = 16;
const mappedBits = 96;
const maxAddressLength = 45;
const networkBits = 64;

/** @returns null if the text is not an address. */
export function canonicalAddress(text: string): string | null {
  const groups = parseAddress(text);
  return groups && formatAddress(groups);
}

/** An address or CIDR range; bits beyond the prefix are set to zero. @returns null if the text is neither. */
export function canonicalRange(text: string): string | null {
  const [address = '', prefix, ...rest] = text.split('/');
  const groups = parseAddress(address);
  if (groups === null || rest.length > 0) return null;
  if (prefix === undefined) return formatAddress(groups);
  const written = /^(0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) : Number.NaN;
  const bits = address.includes(':') ? written : written + mappedBits;
  if (!(bits <= 128)) return null;
  const first = masked(groups, bits);
  const isIpv4 = isMapped(first) && bits >= mappedBits;
  return `${isIpv4 ? formatIpv4(first) : formatIpv6(first)}/${isIpv4 ? bits - mappedBits : bits}`;
}

/**
 * The scope of rate limits and bans for a canonical address: the address itself for IPv4, the /64 network for IPv6,
 * because a client can use any address of it. The IPv6 loopback address is its own scope.
 */
export function limitScope(address: string): string {
  if (!address.includes(':') || address === '::1') return address;
  const groups = parseAddress(address);
  return groups === null ? address : `${formatIpv6(masked(groups, networkBits))}/${networkBits}`;
}

function parseAddress(text: string): Groups | null {
  if (text.length > maxAddressLength) return null;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

const ipv4Byte = /^(0|[1-9]\d{0,2})$/;

function parseIpv4(text: string): Groups | null {
  const parts = text.split('.');
  const bytes = parts.map((part) => (ipv4Byte.test(part) ? Number(part) : 256));
  const [a = 256, b = 256, c = 256, d = 256] = bytes;
  if (parts.length !== 4 || Math.max(a, b, c, d) > 255) return null;
  return [0, 0, 0, 0, 0, 0xffff, (a << 8) | b, (c << 8) | d];
}

function parseIpv6(text: string): Groups | null {
  const [before = '', after, ...rest] = text.split('::');
  if (rest.length > 0) return null;
  const head = parseGroups(before, after === undefined);
  const tail = after === undefined ? [] : parseGroups(after, true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** @param mayEndInIpv4 whether the last 32 bits may be written in dotted form. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const ipv4 = mayEndInIpv4 && parts.at(-1)?.includes('.') ? parseIpv4(present(parts.pop())) : [];
  if (ipv4 === null || !parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  return [...parts.map((part) => Number.parseInt(part, 16)), ...ipv4.slice(-2)];
}

function masked(groups: Groups, bits: number): Groups {
  return groups.map((group, index) => {
    const kept = Math.min(Math.max(bits - index * bitsOfGroup, 0), bitsOfGroup);
    return group & (0xffff << (bitsOfGroup - kept)) & 0xffff;
  });
}

function isMapped(groups: Groups): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

function formatAddress(groups: Groups): string {
  return isMapped(groups) ? formatIpv4(groups) : formatIpv6(groups);
}

function formatIpv4(groups: Groups): string {
  return groups
    .slice(-2)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** The longest run of two or more zero groups is omitted; the first one if several are equally long. */
function formatIpv6(groups: Groups): string {
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = text.match(/(?<![0-9a-f])0(:0)+(?![0-9a-f])/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
