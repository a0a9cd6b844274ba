/**
 * The secondary identifier that some networks put beside an address: XRP's destination tag, Monero's payment id, the memo
 * of Stellar, TON and Cosmos. On every other network there is no such thing, and any tag is wrong.
 * spec: addressTag is the "secondary address identifier for coins like XRP,XMR etc."
 */
import { type AddressFormat, tagBounds } from '../../contract/address-format.ts';
import { families } from './families.ts';
import type { TagRule } from './rules.ts';

/** The tag rule of a network that declares none; null: its addresses have no tags. */
export function defaultTagRule(format: AddressFormat): TagRule | null {
  return families[format].tagRule;
}

/** Whether all accounts of a simulated network share one address and differ by the tag. `opaque` only takes tags. */
export function sharesAddress(format: AddressFormat, rule: TagRule | null): rule is TagRule {
  return rule !== null && format !== 'opaque';
}

/** One spelling per number: no sign, no leading zero. */
const decimal = /^(?:0|[1-9][0-9]{0,15})$/;
/** spec: the sample rows of XMR carry the decimal tag 342341222, which the chain itself would not know. */
const paymentId = /^(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{64}|[0-9]{1,20})$/;
/** No control character, and no half of a surrogate pair, which UTF-8 cannot hold. */
const text = /^[^\p{Cc}\p{Cs}]+$/u;

/** The one spelling of a tag; null where the network has no such tag. */
export function canonicalTag(rule: TagRule, tag: string): string | null {
  switch (rule.kind) {
    case 'number':
      return decimal.test(tag) && Number(tag) <= rule.maximum ? tag : null;
    case 'text':
      return tag.length <= rule.maxBytes && text.test(tag) && Buffer.byteLength(tag) <= rule.maxBytes
        ? tag
        : null;
    case 'payment-id':
      return paymentId.test(tag) ? tag.toLowerCase() : null;
  }
}

export function checkTag(rule: TagRule, tag: string): boolean {
  return canonicalTag(rule, tag) !== null;
}

/** Why an operator's rule is refused. */
export function faultOfTagRule(rule: TagRule): string | undefined {
  if (
    rule.kind === 'number' &&
    !(Number.isSafeInteger(rule.maximum) && rule.maximum >= tagBounds.minMaximum)
  ) {
    return `maximum is a whole number from ${tagBounds.minMaximum} to ${Number.MAX_SAFE_INTEGER}`;
  }
  if (rule.kind === 'text' && !isTagLength(rule.maxBytes)) {
    return `maxBytes is a whole number from ${tagBounds.minBytes} to ${tagBounds.maxBytes}`;
  }
  return undefined;
}

function isTagLength(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= tagBounds.minBytes && bytes <= tagBounds.maxBytes;
}

/** Where the rule has room, tags begin here, so that they all look alike and none is mistaken for "no tag". */
const firstTag = 100_000_000;
const maxIndex = 0xffff_ffff - firstTag;

/**
 * The tag of the index-th holder of a shared address, different for each index.
 * @throws RangeError when the rule has no tag for that index.
 */
export function deriveTag(rule: TagRule, index: number): string {
  const hasRoom = rule.kind === 'payment-id' || checkTag(rule, String(firstTag + maxIndex));
  const number = (hasRoom ? firstTag : 1) + index;
  const tag = rule.kind === 'payment-id' ? number.toString(16).padStart(16, '0') : String(number);
  if (!Number.isSafeInteger(index) || index < 0 || index > maxIndex || !checkTag(rule, tag)) {
    throw new RangeError(`no tag for index ${index}`);
  }
  return tag;
}
