/** Rows for every read: several accounts, equal times, most stages and states, written in a fixed irregular order. */
import { type WithdrawalStage, waitingReasons } from '../../../src/contract/withdrawal-stages.ts';
import type { Store, Write } from '../../../src/store/port.ts';
import type { NewRow } from '../../../src/store/tables.ts';
import { accountRow, run, transferRow, writing } from './raw.ts';

export const accountIds = [1, 2, 3, 4] as const;
export const stages: readonly WithdrawalStage[] = [
  'email-sent',
  'awaiting-approval',
  'queued',
  'waiting',
  'broadcast',
  'completed',
  'cancelled',
];
const assets = ['BTC', 'ETH', 'XRP'];
const networks = ['NET1', 'NET2'];

const account = (id: number) =>
  accountRow(id, { masterId: id <= 1 ? null : 1, enabled: id !== 3, createdAt: id });

/** Times go back and forth, and some occur twice. */
const timeOf = (index: number) => 1000 + ((index * 7) % 20) * 10;

const withdrawal = (index: number): NewRow<'withdrawals'> => ({
  id: `w${String(index).padStart(3, '0')}`,
  accountId: 1 + (index % 2),
  asset: assets[index % 3]!,
  wallet: 'spot',
  network: networks[index % 2]!,
  address: 'x',
  addressTag: '',
  amount: BigInt(index + 1),
  fee: 0n,
  feeTo: ([null, 'recipient', 'sender'] as const)[index % 3]!,
  name: null,
  orderId: index % 4 === 0 ? `o${index}` : null,
  orderContent: null,
  stage: stages[index % stages.length]!,
  waitingFor: stages[index % stages.length] === 'waiting' ? waitingReasons[(index >> 1) % 3]! : null,
  txId: `tx${index}`,
  signedTransaction: index % 3 === 0 ? 'signed' : null,
  failure: null,
  appliedAt: timeOf(index),
  settledAt: null,
  approvalNeeded: null,
  approvalGiven: null,
  policyVersion: null,
  policyRule: null,
  claim: null,
});

const deposit = (index: number): NewRow<'deposits'> => ({
  id: `d${index}`,
  accountId: 1 + (index % 2),
  asset: assets[index % 3]!,
  network: networks[(index >> 1) % 2]!,
  address: 'x',
  addressTag: '',
  txId: `tx${index}`,
  outputIndex: 0,
  amount: BigInt(index + 1),
  remainder: '0',
  stage: (['pending', 'credited', 'completed'] as const)[index % 3]!,
  confirmations: 0,
  insertedAt: timeOf(index),
  completedAt: index % 3 === 2 ? timeOf(index) : null,
  blockHeight: index % 3 === 0 ? null : index,
  reorganisedAt: index % 6 === 5 ? 9 : null,
});

const depositStagesOfNobody = [
  'pending',
  'suspended',
  'unattributed',
  'below-minimum',
  'returning',
  'returned',
] as const;

const unattributed = (index: number): NewRow<'deposits'> => ({
  ...deposit(index),
  id: `u${index}`,
  accountId: 0,
  txId: `none${index}`,
  stage: depositStagesOfNobody[index % 6]!,
});

const order = (index: number): NewRow<'order_events'> => ({
  accountId: 1 + (index % 3),
  symbol: 'BTCUSDT',
  timeInForce: 'GTC',
  submitted: '1',
  filled: '0',
  outcome: 'FILLED',
  openMs: null,
  at: timeOf(index),
});

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

const inserts: readonly Write[] = [
  ...[0, ...accountIds].map((id): Write => ({ insert: 'accounts', row: account(id) })),
  ...upTo(40).flatMap((index): Write[] => [
    { insert: 'withdrawals', row: withdrawal(index) },
    { insert: 'deposits', row: deposit(index) },
    ...(index < 12 ? [{ insert: 'deposits', row: unattributed(index) } as const] : []),
    { insert: 'order_events', row: order(index) },
    { insert: 'transfers', row: transferRow(BigInt(index + 1), `t${index}`) },
    {
      insert: 'audit',
      row: { at: index, actor: 'a', action: 'b', subject: 'c', reason: 'd', details: { index } },
    },
  ]),
  ...upTo(20).flatMap((index): Write[] => {
    const base = { tranId: 100 + ((index * 3) % 20), at: timeOf(index) };
    const [fromAccountId = 1, toAccountId = 2] = [accountIds[index % 3], accountIds[(index % 3) + 1]];
    const clientId = index % 4 === 0 ? `c${index}` : null;
    const row = { ...base, masterId: 1, fromAccountId, toAccountId, asset: 'BTC', amount: 1n, clientId };
    const info = { asset: assets[index % 3]!, info: '' };
    return [
      { insert: 'sub_account_transfers', row },
      {
        insert: 'wallet_transfers',
        row: {
          ...base,
          accountId: 1 + (index % 2),
          fromWallet: index % 3 === 0 ? 'funding' : 'spot',
          asset: 'BTC',
          amount: 1n,
        },
      },
      {
        insert: 'dust_conversions',
        row: {
          ...base,
          accountId: 1 + (index % 2),
          lines: [{ asset: `A${index}`, amount: '1', gross: '1', fee: '0' }],
        },
      },
      {
        insert: 'dividends',
        row: { ...base, ...info, holdersOf: 'BTC', network: 'N', total: 1n, state: 'done', payments: 1 },
      },
      { insert: 'dividend_payments', row: { ...base, ...info, accountId: 1 + (index % 2), amount: 1n } },
    ];
  }),
  ...[4, 2, 3].flatMap((id): Write[] =>
    ['b', 'B', 'a_', 'a'].flatMap((asset) =>
      (['spot', 'funding'] as const).map((wallet) => ({
        insert: 'balances',
        row: { accountId: id, asset, wallet, free: 1n, held: 0n, owed: 0n },
      })),
    ),
  ),
  ...[30, 10, 20].map(
    (lastSeq): Write => ({ insert: 'transfer_seals', row: { lastSeq, hash: 'h', sealedAt: 1 } }),
  ),
  ...[1, 2, 3].map(
    (id): Write => ({
      insert: 'trading_indicators',
      row: { accountId: id, indicators: id === 2 ? {} : { BTCUSDT: [] }, evaluatedAt: 1 },
    }),
  ),
];

export async function fillStore(store: Store): Promise<void> {
  await run(store, writing(...inserts));
}
