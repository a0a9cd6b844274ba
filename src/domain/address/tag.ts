/**
 * The secondary identifier that some networks put beside an address: XRP's destination tag, Monero's payment
 * id, BNB Beacon Chain's memo. On every other network there is no such thing, and any tag is wrong.
 * seed: addressTag is the "secondary address identifier for coins like XRP,XMR etc."
 */
import type { AddressFormat } from '../../contract/address-format.ts';

const largestDestinationTag = 0xffff_ffff;

const tagChecks: Partial<Record<AddressFormat, (tag: string) => boolean>> = {
  // One spelling per number: no sign, no leading zero.
  ripple: (tag) => /^(?:0|[1-9][0-9]{0,9})$/.test(tag) && Number(tag) <= largestDestinationTag,
  // seed: the sample rows of XMR carry the decimal tag 342341222, which the chain itself would not know.
  monero: (tag) => /^(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{64}|[0-9]{1,20})$/.test(tag),
  beacon: (tag) => /^[\x20-\x7e]{1,128}$/.test(tag),
  opaque: (tag) => /^[\x20-\x7e]{1,128}$/.test(tag),
};

export function formatHasTags(format: AddressFormat): boolean {
  return tagChecks[format] !== undefined;
}

export function checkAddressTag(format: AddressFormat, tag: string): boolean {
  return tagChecks[format]?.(tag) ?? false;
}

/** Tags begin here, so that they all look alike and none is mistaken for "no tag". */
const firstTag = 100_000_000;

/** The tag of the index-th holder of a shared address, valid for its format and different for each index. */
export function deriveTag(format: AddressFormat, index: number): string | null {
  if (!formatHasTags(format)) return null;
  if (!Number.isSafeInteger(index) || index < 0 || index > largestDestinationTag - firstTag) {
    throw new RangeError(`no tag for index ${index}`);
  }
  return String(firstTag + index);
}
