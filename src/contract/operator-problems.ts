/** The texts by which the operator API describes problems of definitions and the use of networks. */
import { addressFormats } from './address-format.ts';
import type { NetworkUse } from './catalog-command-errors.ts';
import { assetCodeInWords, networkCodeInWords, symbolInWords } from './code.ts';
import type { DefinitionProblem, ProblemOf } from './definition-problems.ts';

const codesInWords = { asset: assetCodeInWords, network: networkCodeInWords, symbol: symbolInWords };

type Texts = { readonly [I in DefinitionProblem['problem']]: (problem: ProblemOf<I>) => string };

const texts: Texts = {
  'code-malformed': ({ kind }) => `the code must be ${codesInWords[kind]}`,
  'integer-out-of-range': ({ field, minimum, maximum }) =>
    maximum === undefined
      ? `${field} must be a whole number of at least ${minimum}`
      : `${field} must be a whole number from ${minimum} to ${maximum}`,
  'amount-negative': ({ field }) => `${field} must not be negative`,
  'amount-not-decimal': ({ field }) => `${field}: must be a decimal number`,
  'amount-too-precise': ({ field, scale, asset }) =>
    `${field}: must not have more than the ${scale} decimals of ${asset}`,
  'networks-missing': () => 'an asset must have at least one network',
  'network-repeated': ({ network }) => `network ${network} is listed twice`,
  'network-not-of-asset': ({ network, asset }) => `${network} is not a network of ${asset}`,
  'multiple-not-positive': () => 'withdrawMultiple must be greater than zero',
  'unlock-before-credit': () => 'unlockConfirm must be a whole number not less than minConfirm',
  'group-malformed': () => 'addressGroup must be the code of a network',
  'explorer-malformed': () =>
    'explorerUrl must begin with http:// or https:// and have a path after the host, for example https://etherscan.io/address/',
  'format-missing': () => 'addressFormat is required, because the name of the network does not imply it',
  'format-unknown': () => `addressFormat must be one of ${addressFormats.join(', ')}`,
  'parameter-missing': ({ parameter, addressFormat }) => `${addressFormat} requires ${parameter}`,
  'parameter-superfluous': ({ parameter, addressFormat }) =>
    `${parameter} is not a parameter of ${addressFormat}`,
  'hrp-malformed': () => 'addressHrp must be 1 to 32 lower-case letters, digits, _ and -',
  'versions-malformed': () => 'addressVersions must be 1 to 8 different whole numbers from 0 to 65535',
  'prefix-invalid': ({ maximum }) =>
    `addressPrefix must be a whole number from 0 to ${maximum}, except 46 and 47`,
  'pattern-too-long': ({ maximum }) => `addressPattern must have at most ${maximum} characters`,
  'pattern-malformed': ({ reason }) => `addressPattern must be a regular expression in RE2 syntax: ${reason}`,
  'pattern-too-repetitive': () =>
    'addressPattern has too many repetitions: use + or * instead of large counts',
  'pattern-too-narrow': () => 'addressPattern matches too few addresses, or none that can be derived',
  'tag-fields-wrong': ({ kind, fields }) =>
    `tag: a rule of kind ${kind} must have ${fields.map((name) => `"${name}"`).join(' and ')} and no other field`,
};

/** @returns for example `network BSC: withdrawFee must not be negative`. */
export function describeProblem(problem: DefinitionProblem): string {
  // cast: the text of a kind of problem takes the problems of that kind.
  const describe = texts[problem.problem] as (problem: DefinitionProblem) => string;
  const text = describe(problem);
  return problem.ofNetwork === undefined ? text : `network ${problem.ofNetwork}: ${text}`;
}

/** @returns for example `1 open withdrawal and 3 issued addresses`. */
export function describeNetworkUse({ withdrawals, deposits, addresses, countedUpTo }: NetworkUse): string {
  const counts: readonly (readonly [number, string, string])[] = [
    [withdrawals, 'open withdrawal', 'open withdrawals'],
    [deposits, 'deposit in progress', 'deposits in progress'],
    [addresses, 'issued address', 'issued addresses'],
  ];
  const parts = counts
    .filter(([count]) => count > 0)
    .map(
      ([count, one, many]) =>
        `${count < countedUpTo ? count : `${count} or more`} ${count === 1 ? one : many}`,
    );
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
