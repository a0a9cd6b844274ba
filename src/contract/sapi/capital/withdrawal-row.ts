/** Fields of withdrawals and deposits in histories. */
import { decimalText, Type } from '../../schema.ts';

const utcText = (description: string) =>
  Type.String({ description: `${description}, as YYYY-MM-DD HH:mm:ss in UTC.` });

export const transferType = Type.Integer({
  enum: [0, 1],
  description: '0: by the chain, 1: between two accounts of this exchange.',
});
export const walletType = (description: string) =>
  Type.Integer({ enum: [0, 1], description: `${description} 0: Spot, 1: Funding.` });

export const withdrawalFields = {
  id: Type.String(),
  amount: decimalText('Net amount for the recipient: the requested amount less the fee.'),
  transactionFee: decimalText('The fee.'),
  coin: Type.String(),
  status: Type.Integer({ minimum: 0, maximum: 6 }),
  address: Type.String(),
  addressTag: Type.Optional(Type.String()),
  txId: Type.String({
    description:
      'Empty until the withdrawal is broadcast. `Off-chain transfer <number>` between two accounts of this exchange.',
  }),
  applyTime: utcText('Time of the request'),
  network: Type.String(),
  transferType,
  withdrawOrderId: Type.Optional(Type.String()),
  info: Type.String({ description: 'Why the withdrawal failed; otherwise empty.' }),
  confirmNo: Type.Integer({
    description:
      'The confirmations that the withdrawal needed, once it is completed on the chain; before that, 0.',
  }),
  walletType: walletType('The wallet that pays.'),
  txKey: Type.String({ description: 'Always empty.' }),
  completeTime: Type.Optional(utcText('Time of completion; only with status 6')),
};

export const withdrawalRow = Type.Object(withdrawalFields);
