/** Accounts: masters and their sub-accounts, their switches, and the message that accountStatus returns. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import {
  amountInput,
  emailRules,
  emailText,
  nextCursor,
  oneOf,
  optionalReason,
  orNull,
  paging,
} from './fields.ts';

const mobile = Type.String({ description: 'Shown in the list of sub-accounts.', maxLength: 40 });
const googleAuth = Type.Boolean({ description: 'Shown in the list of sub-accounts as gAuth.' });
const activated = Type.Boolean({ description: 'Shown in the list of sub-accounts.' });
const enabled = Type.Boolean({
  description:
    'A disabled account cannot move money itself: its withdrawals, dust conversions and (as a master) transfers are rejected. Its master can still transfer its balance, operators can credit and debit it, and it still receives deposits, dividends and transfers.',
});
const withdrawConfirmation = oneOf(
  ['none', 'email'],
  'email: a withdrawal stays in status 0 until it is confirmed.',
);
const whitelistOnly = Type.Boolean({
  description:
    'Withdrawals, also within the exchange, only to addresses that are whitelisted in the address book of the account and have been for whitelistDelayHours; others are rejected (-4015).',
});
const withdrawQuotaUsd = orNull(
  amountInput(
    'The most that all withdrawals of 24 hours may be worth, on-chain and internal, from both wallets, in US dollars by the prices of the assets; null: no quota. Assets without a price cannot be withdrawn then.',
  ),
);
const travelRuleCountry = Type.String({
  description:
    'The country or entity whose travel rule applies: withdrawals then need its questionnaire, and others are rejected (-4104). NIL: none. The questionnaires of JP, EU and AE are checked, others are stored as they are.',
  pattern: '^(NIL|[A-Z]{2})$',
  patternInWords: 'a code of two capital letters, for example JP, or NIL',
});
const statusMessage = orNull(
  Type.String({
    description: 'The msg of accountStatus; null: derived from the state of the account.',
    maxLength: 500,
  }),
);
const statusArguments = Type.Array(Type.String({ maxLength: 200 }), {
  description: 'The objs of accountStatus, which omits them when empty.',
  maxItems: 20,
});

/** An account. */
export const account = Type.Object({
  email: emailText,
  master: orNull(
    Type.String({ description: 'E-mail of the master; null if the account is not a sub-account.' }),
  ),
  enabled,
  withdrawConfirmation,
  whitelistOnly,
  withdrawQuotaUsd,
  travelRuleCountry,
  statusMessage,
  statusArguments,
  mobile,
  googleAuth,
  activated,
  lockedUntil: orNull(milliseconds('End of the lock on trading; null if trading is not locked')),
  lockReason: orNull(Type.String()),
  createdAt: milliseconds('Time of opening'),
});

export const createAccount = operatorOperation({
  id: 'createAccount',
  permission: 'change-accounts',
  method: 'POST',
  path: '/operator/v1/accounts',
  summary: 'Open an account.',
  body: {
    email: emailText,
    master: Type.Optional(
      Type.Unsafe<string | boolean>({
        type: ['string', 'boolean'],
        ...emailRules,
        description:
          'E-mail of the master whose sub-account this is. If absent or a boolean, the account is independent and may become a master.',
      }),
    ),
    mobile: Type.Optional(mobile),
    googleAuth: Type.Optional(googleAuth),
    activated: Type.Optional(activated),
    ...optionalReason,
  },
  reply: account,
  status: 201,
  idempotent: true,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listAccounts = operatorOperation({
  id: 'listAccounts',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts',
  summary: 'List accounts, oldest first.',
  query: {
    email: Type.Optional(Type.String({ description: 'Only the account with this e-mail.', maxLength: 254 })),
    ...paging,
  },
  reply: Type.Object({ accounts: Type.Array(account), nextCursor }),
});

export const updateAccount = operatorOperation({
  id: 'updateAccount',
  permission: 'change-accounts',
  method: 'PATCH',
  path: '/operator/v1/accounts/{email}',
  summary: 'Change an account. Absent fields stay unchanged.',
  pathParameters: { email: emailText },
  body: {
    enabled: Type.Optional(enabled),
    withdrawConfirmation: Type.Optional(withdrawConfirmation),
    whitelistOnly: Type.Optional(whitelistOnly),
    withdrawQuotaUsd: Type.Optional(withdrawQuotaUsd),
    travelRuleCountry: Type.Optional(travelRuleCountry),
    statusMessage: Type.Optional(statusMessage),
    statusArguments: Type.Optional(statusArguments),
    ...optionalReason,
  },
  reply: account,
  errors: ['operator-not-found', 'operator-conflict'],
});
