import { assetTags } from '../../../../contract/sapi/spot/asset-tags.ts';
import { implement } from '../../../handler.ts';

export const assetTagsHandler = implement(assetTags, () => []);
