import { operation } from '../../operation.ts';
import { optional } from '../../schema.ts';
import { keyCreation, keyCreationParameters, publicKey } from './key-creation.ts';

/**
 * A master creates a key for its sub-account. Such a key cannot withdraw.
 * deviation: a sub-account with 30 keys gets no more by this operation (-9000); the exchange has this maximum, but
 * publishes no code. Operators can create more.
 */
export const createSubAccountKey = operation({
  ...keyCreation,
  id: 'createSubAccountKey',
  paths: ['/sapi/v1/sub-account/subAccountApi'],
  summary: 'Create an API key for a sub-account.',
  parameters: { ...keyCreationParameters, publicKey: optional.string(publicKey) },
});
