/**
 * The secondary identifier that some networks use beside an address: XRP's destination tag, Monero's payment id, the
 * memo of Stellar, TON and Cosmos. All other networks have no tags and reject any.
 * spec: addressTag is the "secondary address identifier for coins like XRP,XMR etc."
 */
import { type AddressFormat, tagBounds } from '../../contract/address-format.ts';
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import { families } from './families.ts';
import type { TagRule } from './rules.ts';

/** The tag rule of a network that declares none; null if its addresses have no tags. */
export function defaultTagRule(format: AddressFormat): TagRule | null {
  return families[format].tagRule;
}

/** Whether all accounts of a simulated network share one address and differ by tag. Never so for `opaque`. */
export function sharesAddress(format: AddressFormat, rule: TagRule | null): rule is TagRule {
  return rule !== null && format !== 'opaque';
}

/** One spelling per number: no sign and no leading zeros. */
const decimal = /^(?:0|[1-9][0-9]{0,15})$/;
/** spec: sample rows for XMR have the decimal tag 342341222, although it is not a valid payment id on the chain. */
const paymentId = /^(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{64}|[0-9]{1,20})$/;
/** No control characters, and no lone surrogates, which UTF-8 cannot encode. */
const text = /^[^\p{Cc}\p{Cs}]+$/u;

/** @returns the canonical spelling of a tag; null if the rule does not allow it. */
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

/** A regular expression for the tags that a rule allows. A text may match that is too long in UTF-8. */
export function tagExpression(rule: TagRule): string {
  switch (rule.kind) {
    case 'number':
      return `^(0|[1-9][0-9]{0,${String(rule.maximum).length - 1}})$`;
    case 'text':
      return `^[^\\x00-\\x1f\\x7f-\\x9f]{1,${rule.maxBytes}}$`;
    case 'payment-id':
      return paymentId.source.replace('(?:', '(');
  }
}

export function checkTag(rule: TagRule, tag: string): boolean {
  return canonicalTag(rule, tag) !== null;
}

/** @returns undefined if the operator's rule is valid. */
export function problemOfTagRule(rule: TagRule): DefinitionProblem | undefined {
  const { minMaximum, minBytes, maxBytes } = tagBounds;
  switch (rule.kind) {
    case 'number':
      return problemOfInteger('tag.maximum', rule.maximum, minMaximum, Number.MAX_SAFE_INTEGER);
    case 'text':
      return problemOfInteger('tag.maxBytes', rule.maxBytes, minBytes, maxBytes);
    case 'payment-id':
      return undefined;
  }
}

function problemOfInteger(
  field: string,
  value: number,
  minimum: number,
  maximum: number,
): DefinitionProblem | undefined {
  return Number.isSafeInteger(value) && value >= minimum && value <= maximum
    ? undefined
    : { problem: 'integer-out-of-range', field, minimum, maximum };
}

/** Derived tags start here if the rule allows, so that they have equal length and 0 is not mistaken for "no tag". */
const firstTag = 100_000_000;
const maxIndex = 0xffff_ffff - firstTag;

/**
 * The tag of the index-th owner on a shared address, different for each index.
 * @throws RangeError if the rule has no tag left for that index.
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
