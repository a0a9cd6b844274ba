/** Actions on assets: define them, and change their limits and their terms on each network. */
import { addressFormats } from '../../contract/address-format.ts';
import type { getAsset } from '../../contract/operator/assets.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Action, optionalReasonField } from '../parts/action.ts';
import type { Field, Values } from '../parts/fields.ts';
import { text } from '../texts.ts';

type Asset = OperatorReply<typeof getAsset>;
type Place = Asset['networks'][number];
const own = text.rules;
const pathOf = (asset: string) => `/assets/${encodeURIComponent(asset)}`;
const rules = { permission: 'change-rules' } as const;

const terms = [
  'depositMinimum',
  'withdrawFee',
  'withdrawMinimum',
  'withdrawMultiple',
  'minConfirm',
  'unlockConfirm',
] as const;
const amounts = ['depositMinimum', 'withdrawFee', 'withdrawMinimum', 'withdrawMultiple'] as const;

/** On a network that the asset does not have yet; empty fields have the defaults of the API. */
const placeFields: readonly Field[] = [
  { name: 'network', label: text.common.network },
  {
    name: 'addressFormat',
    label: own.format,
    kind: 'choice',
    options: addressFormats,
    isOptional: true,
    hint: own.formatHint,
  },
  ...amounts.map((name): Field => ({ name, label: own.terms[name], kind: 'number', isOptional: true })),
  { name: 'minConfirm', label: own.terms.minConfirm, kind: 'number', value: '1' },
  { name: 'unlockConfirm', label: own.terms.unlockConfirm, kind: 'number', value: '1' },
];

function newPlace({ network = '', addressFormat, minConfirm, unlockConfirm, ...values }: Values) {
  return {
    network: network.trim(),
    ...(addressFormat && { addressFormat }),
    ...Object.fromEntries(amounts.flatMap((name) => (values[name] ? [[name, values[name]]] : []))),
    minConfirm: Number(minConfirm),
    unlockConfirm: Number(unlockConfirm),
  };
}

export function defineAsset(): Action {
  return {
    ...rules,
    label: own.define,
    method: 'PUT',
    path: ({ asset = '' }) => pathOf(asset.trim()),
    fields: [
      { name: 'asset', label: text.common.asset, hint: own.codeHint },
      { name: 'name', label: own.name, isOptional: true },
      { name: 'scale', label: own.decimals, kind: 'number', value: '8', hint: own.decimalsHint },
      ...placeFields,
      optionalReasonField,
    ],
    body: ({ asset: _, name, scale, reason, ...place }) => ({
      ...(name && { name }),
      scale: Number(scale),
      networks: [newPlace(place)],
      ...(reason && { reason }),
    }),
    sentence: ({ asset, scale, network, withdrawFee }) =>
      own.defineSentence(asset || '…', scale || '…', network || '…', withdrawFee || '0'),
  };
}

export function addPlace({ asset }: Asset): Action {
  return {
    ...rules,
    label: own.addNetwork,
    method: 'PATCH',
    path: pathOf(asset),
    fields: [...placeFields, optionalReasonField],
    body: ({ reason, ...place }) => ({ networks: [newPlace(place)], ...(reason && { reason }) }),
    sentence: ({ network, withdrawFee }) => own.addNetworkSentence(asset, network || '…', withdrawFee || '0'),
    proposal: { operation: 'patchAsset', path: { asset } },
  };
}

export function changeLimits({ asset, withdrawMaximumPerDay, autoApprovalLimit }: Asset): Action {
  return {
    ...rules,
    label: own.changeLimits,
    method: 'PATCH',
    path: pathOf(asset),
    fields: [
      {
        name: 'withdrawMaximumPerDay',
        label: own.perDay,
        kind: 'number',
        value: withdrawMaximumPerDay ?? '',
        hint: own.emptyNoLimit,
        isOptional: true,
      },
      {
        name: 'autoApprovalLimit',
        label: own.limit,
        kind: 'number',
        value: autoApprovalLimit ?? '',
        hint: own.emptyNoLimit,
        isOptional: true,
      },
      optionalReasonField,
    ],
    body: ({ withdrawMaximumPerDay: perDay, autoApprovalLimit: limit, reason }) => ({
      withdrawMaximumPerDay: perDay || null,
      autoApprovalLimit: limit || null,
      ...(reason && { reason }),
    }),
    sentence: ({ withdrawMaximumPerDay: perDay, autoApprovalLimit: limit }) =>
      own.limitsSentence(asset, perDay || own.noLimit, limit || own.noLimit),
    proposal: { operation: 'patchAsset', path: { asset } },
  };
}

/** @param before its price so far; undefined if it has none. */
export function setPrice({ asset }: Pick<Asset, 'asset'>, before: string | undefined): Action {
  return {
    ...rules,
    label: own.setPrice,
    method: 'PUT',
    path: `/prices/${encodeURIComponent(asset)}`,
    fields: [
      { name: 'price', label: own.price, kind: 'number', value: before ?? '', hint: own.priceHint },
      optionalReasonField,
    ],
    sentence: ({ price }) => own.priceSentence(asset, before ?? '–', price || '…'),
    proposal: { operation: 'putPrice', path: { asset } },
  };
}

export function changePlace(asset: string, place: Place): Action {
  const fields: readonly Field[] = terms.map((name) => ({
    name,
    label: own.terms[name],
    kind: 'number',
    value: String(place[name]),
  }));
  return {
    ...rules,
    label: own.change,
    method: 'PATCH',
    path: pathOf(asset),
    fields: [...fields, optionalReasonField],
    body: ({ minConfirm, unlockConfirm, reason, ...amounts }) => ({
      networks: [
        {
          network: place.network,
          ...amounts,
          minConfirm: Number(minConfirm),
          unlockConfirm: Number(unlockConfirm),
        },
      ],
      ...(reason && { reason }),
    }),
    sentence: (values) => {
      const changed = terms.filter((name) => values[name] !== String(place[name]));
      if (changed.length === 0) return own.unchanged;
      return own.termsSentence(
        asset,
        place.network,
        changed.map((name) => `${own.terms[name]} ${place[name]} → ${values[name]}`).join(', '),
      );
    },
  };
}
