import { operation } from '../../operation.ts';
import { emptyList } from './empty-list.ts';

export const assetTags = operation({
  ...emptyList,
  id: 'assetTags',
  paths: ['/sapi/v1/spot/asset/tags'],
  summary: 'Tags of assets: none.',
});
