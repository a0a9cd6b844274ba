import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, required, Type } from '../../schema.ts';
import { email, tranId, transferOrder } from './fields.ts';

/** The account types of the exchange; only SPOT is served. */
const accountTypes = ['SPOT', 'USDT_FUTURE', 'COIN_FUTURE', 'MARGIN', 'ISOLATED_MARGIN', 'ALPHA'] as const;
const accountType = (side: string) =>
  required.string<(typeof accountTypes)[number]>({
    description: `Account type of the ${side}; only SPOT is served.`,
    allowed: accountTypes,
  });

/** Transfers between any two accounts of the family. */
export const universalTransfer = operation({
  id: 'universalTransfer',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/sub-account/universalTransfer'],
  permission: 'internal-transfers',
  weights: { address: 1, account: 360 },
  masterOnly: true,
  summary: 'Universal transfer.',
  parameters: {
    fromEmail: email('E-mail of the sender; the master when absent.'),
    toEmail: email('E-mail of the recipient; the master when absent.'),
    fromAccountType: accountType('sender'),
    toAccountType: accountType('recipient'),
    clientTranId: optional.string({
      description:
        'Chosen by the client and unique for each master; it never expires. Repeating a transfer with the same content returns the first reply, other content is rejected.',
      maximum: 64,
    }),
    ...transferOrder,
  },
  reply: Type.Object({
    tranId,
    clientTranId: Type.Optional(Type.String({ description: 'As sent.' })),
  }),
  errors: [
    'sub-account-unrelated',
    'operation-unsupported',
    'asset-unknown',
    'precision-exceeded',
    'client-id-reused',
    'balance-insufficient',
  ],
});
