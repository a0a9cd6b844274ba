/** Checks the parameters of a network's address family. */
import { families } from './families.ts';
import { faultOfPattern } from './pattern.ts';
import type { AddressParameter, AddressRules } from './rules.ts';
import { maxSs58Prefix } from './substrate.ts';

const parameterNames = ['addressHrp', 'addressVersions', 'addressPrefix', 'addressPattern'] as const;

/** @returns why the operator's rules are invalid; undefined if they are valid. */
export function faultOfAddressRules(rules: AddressRules): string | undefined {
  const { addressFormat } = rules;
  if (!Object.hasOwn(families, addressFormat)) {
    return `addressFormat must be one of ${Object.keys(families).join(', ')}`;
  }
  const { parameters = {} } = families[addressFormat];
  for (const name of parameterNames) {
    const isGiven = rules[name] !== undefined;
    if (isGiven && parameters[name] === undefined) return `${name} is not a parameter of ${addressFormat}`;
    if (!isGiven && parameters[name] === 'required') return `${addressFormat} requires ${name}`;
    const fault = isGiven ? faultsOf[name](rules) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const faultsOf: Record<AddressParameter, (rules: AddressRules) => string | undefined> = {
  addressHrp: ({ addressHrp = '' }) =>
    /^[a-z0-9_-]{1,32}$/.test(addressHrp)
      ? undefined
      : 'addressHrp must be 1 to 32 lower-case letters, digits, _ and -',
  addressVersions: ({ addressVersions = [] }) =>
    areVersions(addressVersions)
      ? undefined
      : 'addressVersions must be 1 to 8 different whole numbers from 0 to 65535',
  addressPrefix: ({ addressPrefix = -1 }) =>
    isSs58Prefix(addressPrefix)
      ? undefined
      : `addressPrefix must be a whole number from 0 to ${maxSs58Prefix}, except 46 and 47`,
  addressPattern: ({ addressPattern = '' }) => faultOfPattern(addressPattern),
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
