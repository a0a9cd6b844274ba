/** Networks: the syntax of their addresses and tags, and which networks share addresses. */
import { addressFormats, tagBounds } from '../address-format.ts';
import { connectorKinds } from '../connector-kinds.ts';
import { operatorOperation } from '../operator-operation.ts';
import { type Static, Type } from '../schema.ts';
import { networkCode, oneOf, optionalReason, orNull } from './fields.ts';

const formatDescription =
  'The family of addresses and transaction ids (docs/networks.md); `opaque` accepts any printable text.';
const parameters = {
  addressHrp: Type.String({
    description:
      'Human-readable part of Bech32 addresses, or prefix of CashAddr addresses, for formats that use them.',
    minLength: 1,
    maxLength: 32,
  }),
  addressVersions: Type.Array(Type.Integer({ minimum: 0, maximum: 0xffff }), {
    description: 'Version bytes of Base58Check: public key hash first, then script hash.',
    minItems: 1,
    maxItems: 8,
  }),
  addressPrefix: Type.Integer({ description: 'Prefix of SS58 addresses.', minimum: 0, maximum: 16_383 }),
  addressPattern: Type.String({
    description: 'Regular expression in RE2 syntax that the whole address must match.',
    minLength: 1,
    maxLength: 500,
  }),
};

export const addressRulesView = {
  addressFormat: oneOf(addressFormats, formatDescription),
  addressHrp: Type.Optional(parameters.addressHrp),
  addressVersions: Type.Optional(parameters.addressVersions),
  addressPrefix: Type.Optional(parameters.addressPrefix),
  addressPattern: Type.Optional(parameters.addressPattern),
};

export const addressRulesInput = {
  addressFormat: Type.Optional(
    oneOf(
      addressFormats,
      `${formatDescription} Required for a new network unless its code is well known (BTC, ETH, …).`,
    ),
  ),
  addressHrp: Type.Optional(orNull(parameters.addressHrp)),
  addressVersions: Type.Optional(orNull(parameters.addressVersions)),
  addressPrefix: Type.Optional(orNull(parameters.addressPrefix)),
  addressPattern: Type.Optional(orNull(parameters.addressPattern)),
};

type Tag = { kind: 'number'; maximum: number } | { kind: 'text'; maxBytes: number } | { kind: 'payment-id' };

const tag = (whenAbsent: string) =>
  Type.Unsafe<Tag | null>({
    type: ['object', 'null'],
    description: `The address tag: an integer up to \`maximum\`, a UTF-8 text of at most \`maxBytes\`, or a Monero payment id; null if addresses have no tags.${whenAbsent}`,
    properties: {
      kind: { type: 'string', enum: ['number', 'text', 'payment-id'] },
      maximum: { type: 'integer', minimum: tagBounds.minMaximum, maximum: Number.MAX_SAFE_INTEGER },
      maxBytes: { type: 'integer', minimum: tagBounds.minBytes, maximum: tagBounds.maxBytes },
    },
    required: ['kind'],
    additionalProperties: false,
  });

const group = {
  ...networkCode,
  description: 'Networks of one group share addresses: an address belongs to its account on all of them.',
};

const name = Type.String({
  description: 'Display name, for example `Ethereum (ERC20)`; the code when absent.',
  minLength: 1,
  maxLength: 100,
});
const explorerUrl = Type.String({
  description:
    "How the addresses of the explorer's pages about addresses begin, for example `https://etherscan.io/address/`. Each network must have a domain of its own, by which clients recognise it. When absent, customers see a made-up one below `explorer.test`, and none of a manual network.",
  minLength: 1,
  maxLength: 500,
});

const connector = (whenAbsent: string) =>
  oneOf(
    connectorKinds,
    `What connects the network to its chain. simulated: the server makes addresses, transactions and blocks itself, and no coin moves; manual: people or an external signer send withdrawals and report deposits. All networks of an address group have the same.${whenAbsent}`,
  );

const network = Type.Object({
  network: networkCode,
  connector: connector(''),
  name: Type.Optional(name),
  explorerUrl: Type.Optional(explorerUrl),
  ...addressRulesView,
  tag: tag(''),
  addressGroup: group,
});
export type NetworkView = Static<typeof network>;

const networkInput = {
  network: Type.Optional({ ...networkCode, description: 'Optional; must equal the code in the path.' }),
  connector: Type.Optional(connector(' `simulated` when absent on a new network.')),
  name: Type.Optional(orNull(name)),
  explorerUrl: Type.Optional(orNull(explorerUrl)),
  ...addressRulesInput,
  tag: Type.Optional(tag(' When absent on a new network: the default of the format.')),
  addressGroup: Type.Optional({
    ...group,
    description: `${group.description} The network code when absent on a new network.`,
  }),
  ...optionalReason,
};

export const putNetwork = operatorOperation({
  id: 'putNetwork',
  permission: 'change-rules',
  method: 'PUT',
  path: '/operator/v1/networks/{network}',
  summary:
    'Define a network. For an existing network the body must contain every field that is set (use PATCH to change some of them). Address rules cannot change while the network is in use.',
  pathParameters: { network: networkCode },
  body: networkInput,
  reply: network,
  errors: ['operator-conflict'],
});

export const patchNetwork = operatorOperation({
  id: 'patchNetwork',
  permission: 'change-rules',
  method: 'PATCH',
  path: '/operator/v1/networks/{network}',
  summary: 'Change a network. Absent fields stay unchanged; null removes a parameter.',
  pathParameters: { network: networkCode },
  body: networkInput,
  reply: network,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listNetworks = operatorOperation({
  id: 'listNetworks',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/networks',
  summary: 'List networks, by code.',
  reply: Type.Object({ networks: Type.Array(network) }),
});

export const getNetwork = operatorOperation({
  id: 'getNetwork',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/networks/{network}',
  summary: 'Get a network.',
  pathParameters: { network: networkCode },
  reply: network,
  errors: ['operator-not-found'],
});
