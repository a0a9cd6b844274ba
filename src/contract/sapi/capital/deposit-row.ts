/** Fields of deposits in histories. */
import { decimalText, milliseconds, Type } from '../../schema.ts';
import { transferType, walletType } from './withdrawal-row.ts';

/** A row in the histories of an account and of its sub-accounts. */
export const depositFields = {
  id: Type.String({ description: 'A number, in digits.' }),
  amount: decimalText('Received amount.'),
  coin: Type.String(),
  network: Type.String(),
  status: Type.Integer({ enum: [0, 1, 6], description: '0: pending, 1: success, 6: credited but locked.' }),
  address: Type.String(),
  addressTag: Type.String({ description: 'Empty if there is none.' }),
  txId: Type.String({
    description: '`Off-chain transfer <number>` between two accounts of this exchange.',
  }),
  insertTime: milliseconds('Time at which it was first observed'),
  transferType,
  confirmTimes: Type.String({
    description:
      'Confirmations seen and needed to be credited, for example `1/2`; `1/1` between two accounts of this exchange. They are counted until the deposit can be withdrawn.',
  }),
  unlockConfirm: Type.Integer({ description: 'Confirmations after which it can be withdrawn.' }),
  walletType: walletType('The wallet that is credited.'),
};

export const depositRow = Type.Object(depositFields);
