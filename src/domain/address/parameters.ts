/** Checks the parameters of a network's address family. */
import { type AddressParameter, addressParameters } from '../../contract/address-format.ts';
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import { families } from './families.ts';
import { problemOfPattern } from './pattern.ts';
import type { AddressRules } from './rules.ts';
import { maxSs58Prefix } from './substrate.ts';

/** @returns the first rule that the operator's rules violate; undefined if they are valid. */
export function problemOfAddressRules(rules: AddressRules): DefinitionProblem | undefined {
  const { addressFormat } = rules;
  if (!Object.hasOwn(families, addressFormat)) return { problem: 'format-unknown' };
  const { parameters = {} } = families[addressFormat];
  for (const parameter of addressParameters) {
    const isGiven = rules[parameter] !== undefined;
    if (isGiven && parameters[parameter] === undefined)
      return { problem: 'parameter-superfluous', parameter, addressFormat };
    if (!isGiven && parameters[parameter] === 'required')
      return { problem: 'parameter-missing', parameter, addressFormat };
    const problem = isGiven ? problemsOf[parameter](rules) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const problemsOf: Record<AddressParameter, (rules: AddressRules) => DefinitionProblem | undefined> = {
  addressHrp: ({ addressHrp = '' }) =>
    /^[a-z0-9_-]{1,32}$/.test(addressHrp) ? undefined : { problem: 'hrp-malformed' },
  addressVersions: ({ addressVersions = [] }) =>
    areVersions(addressVersions) ? undefined : { problem: 'versions-malformed' },
  addressPrefix: ({ addressPrefix = -1 }) =>
    isSs58Prefix(addressPrefix) ? undefined : { problem: 'prefix-invalid', maximum: maxSs58Prefix },
  addressPattern: ({ addressPattern = '' }) => problemOfPattern(addressPattern),
};

function areVersions(versions: readonly number[]): boolean {
  const isVersion = (version: number) => Number.isInteger(version) && version >= 0 && version <= 0xffff;
  const count = new Set(versions).size;
  return count >= 1 && count <= 8 && count === versions.length && versions.every(isVersion);
}

/** 46 and 47 are reserved by SS58. */
function isSs58Prefix(prefix: number): boolean {
  return Number.isInteger(prefix) && prefix >= 0 && prefix <= maxSs58Prefix && prefix !== 46 && prefix !== 47;
}
