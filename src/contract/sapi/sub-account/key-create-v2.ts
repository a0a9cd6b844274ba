import { operation } from '../../operation.ts';
import { optional } from '../../schema.ts';
import { keyCreation, keyCreationParameters, publicKey } from './key-creation.ts';

/** Like version 1, but the public key must be in the body. */
export const createSubAccountKeyV2 = operation({
  ...keyCreation,
  id: 'createSubAccountKeyV2',
  paths: ['/sapi/v2/sub-account/subAccountApi'],
  summary: 'Create an API key for a sub-account, with the public key in the body.',
  parameters: { ...keyCreationParameters, publicKey: optional.string({ ...publicKey, inBody: true }) },
});
