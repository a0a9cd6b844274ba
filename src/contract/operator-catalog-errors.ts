/** The errors that operators see for commands about assets, networks, symbols and settings. */
import type { CatalogCommandErrors } from './catalog-command-errors.ts';
import { symbolInWords } from './code.ts';
import type { ShownAsOthers } from './error-table.ts';
import { describeNetworkUse, describeProblem } from './operator-problems.ts';
import { conflict, invalid } from './operator-rejections.ts';

export const operatorCatalogErrors = {
  'asset-not-held': ({ asset }) => conflict(`No account holds ${asset}.`),
  'asset-invalid': ({ asset, problem }) => invalid(`${asset}: ${describeProblem(problem)}.`),
  'asset-scale-fixed': ({ asset, scale }) =>
    conflict(`${asset} has scale ${scale}; the scale of an asset never changes.`),
  'network-rule-fixed': ({ network, rule, value }) =>
    conflict(
      `Network ${network} has ${rule} ${JSON.stringify(value)} for all assets; a single asset cannot change it.`,
    ),
  'network-invalid': ({ network, problem }) => invalid(`${network}: ${describeProblem(problem)}.`),
  'group-rules-differ': ({ network, addressGroup }) =>
    conflict(
      `${network} is also in the address group ${addressGroup} but has other rules for addresses or tags.`,
    ),
  'group-connectors-differ': ({ network, addressGroup }) =>
    conflict(`${network} is also in the address group ${addressGroup} but has another connector.`),
  'explorer-shared': ({ network, domain }) =>
    conflict(
      `The explorer of ${network} has the domain ${domain} too; clients recognise a network by this domain.`,
    ),
  'network-in-use': ({ network, use }) =>
    conflict(
      `The address rules and the connector of ${network} cannot change while it is in use: ${describeNetworkUse(use)}.`,
    ),
  'asset-network-in-use': ({ asset, network, use }) =>
    conflict(
      `${network} cannot be removed from ${asset} while it is in use: ${describeNetworkUse(use)}. To stop deposits and withdrawals, set depositEnabled and withdrawEnabled to false.`,
    ),
  'definition-incomplete': ({ kind, code, field }) =>
    invalid(
      `${field}: is missing; a PUT must contain every field that is set. To change only some fields, use PATCH /operator/v1/${kind}s/${code}.`,
    ),
  'symbol-malformed': ({ symbol }) => invalid(`symbol ${symbol}: the code must be ${symbolInWords}.`),
  'symbol-assets-equal': ({ symbol }) => invalid(`${symbol}: base and quote asset must differ.`),
  'symbol-fees-invalid': ({ symbol }) =>
    invalid(`${symbol}: maker and taker must be decimals of zero or more.`),
  'system-status-unknown': () => invalid('The system status must be 0 (normal) or 1 (maintenance).'),
  'dust-limit-invalid': () =>
    invalid('dustLimitBtc must be a decimal greater than zero, or null for no limit.'),
  'interval-invalid': ({ setting, maximum }) =>
    invalid(`${setting} must be an integer from 0 to ${maximum}.`),
  'pool-minimum-invalid': () => invalid('addressPoolMinimum must be an integer of zero or more.'),
  'price-not-positive': () => invalid('The price must be greater than zero.'),
} satisfies ShownAsOthers<keyof CatalogCommandErrors>;
