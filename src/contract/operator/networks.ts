/** Networks: how their addresses and tags are spelled, and which of them share addresses. */
import { addressFormats, tagBounds } from '../address-format.ts';
import { operatorOperation } from '../operator-operation.ts';
import { type Static, Type } from '../schema.ts';
import { networkCode, oneOf, orNull, whyChanged } from './fields.ts';

const spelling =
  'The family of addresses and transaction ids (docs/networks.md); `opaque` takes any printable text.';
const parameters = {
  addressHrp: Type.String({
    description: 'Human-readable part of Bech32, or prefix of cashaddr, where the format has one.',
    minLength: 1,
    maxLength: 32,
  }),
  addressVersions: Type.Array(Type.Integer({ minimum: 0, maximum: 0xffff }), {
    description: 'Version numbers of Base58Check: public key hash first, then script hash.',
    minItems: 1,
    maxItems: 8,
  }),
  addressPrefix: Type.Integer({ description: 'Prefix of SS58 addresses.', minimum: 0, maximum: 16_383 }),
  addressPattern: Type.String({
    description: 'Regular expression of the syntax of RE2, which the whole address matches.',
    minLength: 1,
    maxLength: 500,
  }),
};

export const addressRulesView = {
  addressFormat: oneOf(addressFormats, spelling),
  addressHrp: Type.Optional(parameters.addressHrp),
  addressVersions: Type.Optional(parameters.addressVersions),
  addressPrefix: Type.Optional(parameters.addressPrefix),
  addressPattern: Type.Optional(parameters.addressPattern),
};

export const addressRulesInput = {
  addressFormat: Type.Optional(
    oneOf(addressFormats, `${spelling} A new network needs it, unless its name is well known (BTC, ETH, …).`),
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
    description: `What stands beside an address: a whole number up to \`maximum\`, a UTF-8 text of at most \`maxBytes\`, or Monero's payment id; null where addresses have no tags.${whenAbsent}`,
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
  description:
    'Networks of one group share their addresses: an address belongs to its account on all of them.',
};

const network = Type.Object({
  network: networkCode,
  ...addressRulesView,
  tag: tag(''),
  addressGroup: group,
});
export type NetworkView = Static<typeof network>;

const networkInput = {
  network: Type.Optional({ ...networkCode, description: 'The code of the path, if at all.' }),
  ...addressRulesInput,
  tag: Type.Optional(tag(' When absent on a new network: as is usual for the format.')),
  addressGroup: Type.Optional({
    ...group,
    description: `${group.description} The code of the network when absent on a new one.`,
  }),
  ...whyChanged,
};

export const putNetwork = operatorOperation({
  id: 'putNetwork',
  method: 'PUT',
  path: '/operator/v1/networks/{network}',
  summary:
    'Define a network. On an existing one every field that is set must be named (to change some, use PATCH); what addresses depend on cannot change while the network is in use.',
  pathParameters: { network: networkCode },
  body: networkInput,
  reply: network,
  errors: ['operator-conflict'],
});

export const patchNetwork = operatorOperation({
  id: 'patchNetwork',
  method: 'PATCH',
  path: '/operator/v1/networks/{network}',
  summary: 'Change a network: what is not named stays; null takes a parameter away.',
  pathParameters: { network: networkCode },
  body: networkInput,
  reply: network,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listNetworks = operatorOperation({
  id: 'listNetworks',
  method: 'GET',
  path: '/operator/v1/networks',
  summary: 'List networks, by code.',
  reply: Type.Object({ networks: Type.Array(network) }),
});

export const getNetwork = operatorOperation({
  id: 'getNetwork',
  method: 'GET',
  path: '/operator/v1/networks/{network}',
  summary: 'One network.',
  pathParameters: { network: networkCode },
  reply: network,
  errors: ['operator-not-found'],
});
