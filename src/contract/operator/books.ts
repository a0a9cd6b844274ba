/** The books of all assets, and the findings of the last integrity report. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { assetCode } from './fields.ts';

const assetBooks = Type.Object({
  asset: assetCode,
  liabilities: decimalText('Balances of customers, free and held, and deposits without an owner.'),
  held: decimalText('The held part of the liabilities.'),
  owed: decimalText('What customers owe, because credits that they had spent were taken back.'),
  custody: decimalText('What the exchange holds on all networks.'),
  reorganised: decimalText('The part of custody that credited deposits brought whose blocks are gone.'),
  difference: decimalText(
    'Custody without the reorganised part, minus liabilities; negative: custody does not cover them.',
  ),
});

const result = Type.Object({
  at: milliseconds('Time as of which it was made'),
  ok: Type.Boolean({ description: 'There is no mismatch and the hash chain is valid.' }),
  solvent: Type.Boolean({ description: 'Custody covers the balances of customers in every asset.' }),
  mismatches: Type.Integer({ description: 'Number of mismatches; at most 1000 are counted.', minimum: 0 }),
});

export type LastReport = { at: number; ok: boolean; solvent: boolean; mismatches: number };

export const listBooks = operatorOperation({
  id: 'listBooks',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/books',
  summary:
    'Get what customers have of each asset and what the exchange keeps of it, as of one moment, and the result of the last integrity report. Reading many balances takes a while: then the next requests get the same books, for at most twenty times as long.',
  reply: Type.Object({
    asOf: milliseconds('Time as of which the books are'),
    assets: Type.Array(assetBooks, { description: 'All defined assets.' }),
    report: Type.Unsafe<LastReport | null>({
      ...result,
      type: ['object', 'null'],
      description: 'What the last integrity report of any process has found; null: there was none.',
    }),
  }),
});
