/** Actions on networks: define them, and on manual ones import addresses and report deposits. */
import { addressFormats } from '../../contract/address-format.ts';
import { connectorKinds } from '../../contract/connector-kinds.ts';
import type { getNetwork } from '../../contract/operator/networks.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Action, optionalReasonField } from '../parts/action.ts';
import type { Field, Values } from '../parts/fields.ts';
import { text } from '../texts.ts';

type Network = Pick<OperatorReply<typeof getNetwork>, 'network' | 'tag'>;
const own = text.settlement;
const deposits = text.deposits;
const pathOf = (network: string) => `/networks/${encodeURIComponent(network)}`;

const terms = text.rules.network;

/** @returns the action that defines a network; empty fields have the defaults of the API. */
export function defineNetwork(): Action {
  const optional = (name: keyof typeof terms.fields): Field => ({
    name,
    label: terms.fields[name],
    isOptional: true,
  });
  return {
    label: terms.define,
    permission: 'change-rules',
    method: 'PUT',
    path: ({ network = '' }) => pathOf(network.trim()),
    fields: [
      { name: 'network', label: text.common.network, hint: text.rules.codeHint },
      {
        name: 'connector',
        label: own.connector,
        kind: 'choice',
        options: connectorKinds,
        value: 'manual',
        hint: terms.connectorHint,
      },
      { ...optional('addressFormat'), kind: 'choice', options: addressFormats, hint: terms.formatHint },
      { ...optional('addressHrp'), hint: terms.onlyIfRequired },
      { ...optional('addressPrefix'), kind: 'number', hint: terms.onlyIfRequired },
      { ...optional('addressPattern'), hint: terms.onlyIfRequired },
      { ...optional('addressGroup'), hint: terms.groupHint },
      optional('name'),
      { ...optional('explorerUrl'), hint: terms.explorerHint },
      optionalReasonField,
    ],
    body: ({ network: _, addressPrefix, ...values }) => ({
      ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
      ...(addressPrefix && { addressPrefix: Number(addressPrefix) }),
    }),
    sentence: ({ network, connector }) => terms.sentence(network || '…', connector === 'manual'),
  };
}

/** An address on each line, with its tag after a blank. */
const addressesIn = (words = '') =>
  words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [address, ...tag] = line.split(/[\s,;]+/);
      return { address, ...(tag.length > 0 && { addressTag: tag.join(' ') }) };
    });

export function importAddresses({ network, tag }: Network): Action {
  return {
    label: own.importAddresses,
    permission: 'import-addresses',
    method: 'POST',
    path: `${pathOf(network)}/addresses`,
    fields: [
      {
        name: 'addresses',
        label: own.addresses,
        kind: 'long',
        hint: tag === null ? own.importHint : own.importTagHint,
      },
      optionalReasonField,
    ],
    body: ({ addresses, reason }) => ({ addresses: addressesIn(addresses), ...(reason && { reason }) }),
    sentence: ({ addresses }) => own.importSentence(addressesIn(addresses).length, network),
    isIdempotent: true,
    result: ({ imported }: { readonly imported: number }) => own.imported(imported),
  };
}

/** The known fields of a deposit that was reported before. */
type Known = {
  readonly asset: string;
  readonly amount: string;
  readonly address: string;
  readonly addressTag: string;
  readonly txId: string;
  readonly outputIndex: number;
};

const bodyOf = ({ outputIndex, confirmations, gone, ...values }: Values) => ({
  ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
  outputIndex: Number(outputIndex || 0),
  confirmations: Number(confirmations),
  ...(gone === 'true' && { gone: true }),
});
const sentenceOf = ({ amount, asset, address, confirmations, gone }: Values) => {
  const much = `${amount || '…'} ${asset ?? ''}`;
  const where = address || '…';
  return gone === 'true'
    ? own.goneSentence(much, where)
    : own.depositSentence(much, where, confirmations ?? '');
};

const confirmationsField: Field = { name: 'confirmations', label: deposits.confirmations, kind: 'number' };

export function reportDeposit({ network, tag }: Network): Action {
  const tagField: Field = { name: 'addressTag', label: deposits.tag, isOptional: true };
  return {
    label: own.reportDeposit,
    permission: 'settle-withdrawals',
    method: 'POST',
    path: `${pathOf(network)}/deposits`,
    fields: [
      { name: 'asset', label: text.common.asset },
      { name: 'amount', label: text.common.amount, kind: 'number' },
      { name: 'address', label: text.common.address },
      ...(tag === null ? [] : [tagField]),
      { name: 'txId', label: text.common.transaction },
      {
        name: 'outputIndex',
        label: deposits.output,
        kind: 'number',
        hint: own.outputHint,
        isOptional: true,
      },
      confirmationsField,
    ],
    body: bodyOf,
    sentence: sentenceOf,
    proposal: { operation: 'reportDeposit', path: { network } },
  };
}

/** Reports a deposit again: the number of its confirmations has changed. */
export function reportAgain(network: string, known: Known): Action {
  const { asset, amount, address, addressTag, txId, outputIndex } = known;
  const output = { asset, amount, address, addressTag, txId, outputIndex: String(outputIndex) };
  const whole = (values: Values): Values => ({ ...output, ...values });
  return {
    label: own.confirmations,
    permission: 'settle-withdrawals',
    method: 'POST',
    path: `${pathOf(network)}/deposits`,
    fields: [
      confirmationsField,
      { name: 'gone', label: own.gone, kind: 'yes-no', hint: own.goneHint },
      optionalReasonField,
    ],
    body: (values) => bodyOf(whole(values)),
    sentence: (values) => sentenceOf(whole(values)),
    proposal: { operation: 'reportDeposit', path: { network } },
  };
}
