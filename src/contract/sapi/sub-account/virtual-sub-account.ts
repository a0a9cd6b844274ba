import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { required, Type } from '../../schema.ts';

/**
 * A master opens a sub-account whose e-mail begins with a text of its choice.
 * deviation: a master with 1000 sub-accounts can open no virtual ones (-9000); the exchange's maximum depends on the
 * customer. Operators can open more.
 */
export const createVirtualSubAccount = operation({
  id: 'createVirtualSubAccount',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/sub-account/virtualSubAccount'],
  permission: 'trading',
  weights: { address: 1 },
  masterOnly: true,
  summary: 'Create a virtual sub-account.',
  parameters: {
    subAccountString: required.string({
      description: 'How the e-mail begins: letters, digits, `.`, `_` and `-`.',
      pattern: '^[A-Za-z0-9._-]{1,56}$',
      patternInWords: '1 to 56 letters, digits, ".", "_" and "-"',
      maximum: 56,
    }),
  },
  reply: Type.Object({
    email: Type.String({ description: 'The text in lower case, `_virtual@`, and a random domain.' }),
  }),
  errors: ['sub-accounts-full'],
});
