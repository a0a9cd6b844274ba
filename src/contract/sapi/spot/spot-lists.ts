import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

/** Lists that nobody keeps here. */
const none = {
  dialect: sapi,
  method: 'GET',
  security: 'NONE',
  weights: { address: 100 },
  inMaintenance: true,
  reply: Type.Array(Type.Unknown()),
} as const;

export const delistSchedule = operation({
  ...none,
  id: 'delistSchedule',
  paths: ['/sapi/v1/spot/delist-schedule'],
  summary: 'Symbols that will be removed: none.',
});

export const openSymbolList = operation({
  ...none,
  id: 'openSymbolList',
  paths: ['/sapi/v1/spot/open-symbol-list'],
  summary: 'Symbols that will open: none.',
});

export const assetTags = operation({
  ...none,
  id: 'assetTags',
  paths: ['/sapi/v1/spot/asset/tags'],
  summary: 'Tags of assets: none.',
});
