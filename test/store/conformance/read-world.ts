/** Rows for every read: several accounts, equal times, every stage and status, written in a fixed irregular order. */
import { waitingReasons } from '../../../src/contract/withdrawal-stages.ts';
import type { Store, Write } from '../../../src/store/port.ts';
import type { NewRow, Row } from '../../../src/store/tables.ts';
import { run, transferRow, writing } from './raw.ts';

export const accountIds = [1, 2, 3, 4] as const;
export const stages = [
  'email-sent',
  'awaiting-approval',
  'queued',
  'waiting',
  'broadcast',
  'completed',
  'cancelled',
] as const;
const assets = ['BTC', 'ETH', 'XRP'];
const networks = ['NET1', 'NET2'];

const account = (id: number): Row<'accounts'> => ({
  id,
  email: `a${id}@example.com`,
  master_id: id <= 1 ? null : 1,
  enabled: id !== 3,
  withdraw_confirmation: 'none',
  status_message: null,
  status_arguments: [],
  mobile: '',
  google_auth: false,
  activated: true,
  locked_until: null,
  lock_reason: null,
  lock_count: 0,
  last_locked_at: null,
  created_at: id,
});

/** Times go back and forth, and some occur twice. */
const timeOf = (index: number) => 1000 + ((index * 7) % 20) * 10;

const withdrawal = (index: number): NewRow<'withdrawals'> => ({
  id: `w${String(index).padStart(3, '0')}`,
  account_id: 1 + (index % 2),
  asset: assets[index % 3]!,
  network: networks[index % 2]!,
  address: 'x',
  address_tag: '',
  amount: BigInt(index + 1),
  fee: 0n,
  name: null,
  order_id: index % 4 === 0 ? `o${index}` : null,
  order_content: null,
  stage: stages[index % stages.length]!,
  waiting_for: stages[index % stages.length] === 'waiting' ? waitingReasons[(index >> 1) % 3]! : null,
  tx_id: `tx${index}`,
  signed_transaction: index % 3 === 0 ? 'signed' : null,
  failure: null,
  applied_at: timeOf(index),
  settled_at: null,
});

const deposit = (index: number): NewRow<'deposits'> => ({
  id: `d${index}`,
  account_id: 1 + (index % 2),
  asset: assets[index % 3]!,
  network: networks[(index >> 1) % 2]!,
  address: 'x',
  address_tag: '',
  tx_id: `tx${index}`,
  output_index: 0,
  amount: BigInt(index + 1),
  remainder: '0',
  stage: ['pending', 'credited', 'completed'][index % 3]!,
  confirmations: 0,
  inserted_at: timeOf(index),
});

const unattributed = (index: number): NewRow<'deposits'> => ({
  ...deposit(index),
  id: `u${index}`,
  account_id: 0,
  tx_id: `none${index}`,
  stage: ['pending', 'suspended', 'unattributed', 'below-minimum', 'returning', 'returned'][index % 6]!,
});

const order = (index: number): NewRow<'order_events'> => ({
  account_id: 1 + (index % 3),
  symbol: 'BTCUSDT',
  time_in_force: 'GTC',
  submitted: '1',
  filled: '0',
  outcome: 'filled',
  open_ms: null,
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
    const base = { tran_id: 100 + ((index * 3) % 20), at: timeOf(index) };
    const [from_account_id = 1, to_account_id = 2] = [accountIds[index % 3], accountIds[(index % 3) + 1]];
    const row = { ...base, master_id: 1, from_account_id, to_account_id, asset: 'BTC', amount: 1n };
    const info = { asset: assets[index % 3]!, info: '' };
    return [
      { insert: 'sub_account_transfers', row },
      { insert: 'dust_conversions', row: { ...base, account_id: 1 + (index % 2), lines: [index] } },
      {
        insert: 'dividends',
        row: { ...base, ...info, holders_of: 'BTC', network: 'N', total: 1n, state: 'done', payments: 1 },
      },
      { insert: 'dividend_payments', row: { ...base, ...info, account_id: 1 + (index % 2), amount: 1n } },
    ];
  }),
  ...[4, 2, 3].flatMap((id): Write[] =>
    ['b', 'B', 'a_', 'a'].map((asset) => ({
      insert: 'balances',
      row: { account_id: id, asset, free: 1n, held: 0n },
    })),
  ),
  ...[30, 10, 20].map(
    (last_seq): Write => ({ insert: 'transfer_seals', row: { last_seq, hash: 'h', sealed_at: 1 } }),
  ),
  ...[1, 2, 3].map(
    (id): Write => ({
      insert: 'trading_indicators',
      row: { account_id: id, indicators: id === 2 ? {} : { BTCUSDT: [] }, evaluated_at: 1 },
    }),
  ),
];

export async function fillStore(store: Store): Promise<void> {
  await run(store, writing(...inserts));
}
