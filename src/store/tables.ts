/**
 * The tables, declared once for every store: columns, their kinds, and the key. The SQL migrations create them; a
 * conformance test holds the two together.
 *
 * Kinds: `integer`, `text`, `units` (a bigint of money, stored as canonical decimal text or numeric), `flag`
 * (true/false), `json`; with `?` the column may be null.
 */
type Kind = 'integer' | 'text' | 'units' | 'flag' | 'json';
export type ColumnKind = Kind | `${Kind}?`;

type Value<K> = K extends `${infer Base}?`
  ? Value<Base> | null
  : K extends 'integer'
    ? number
    : K extends 'text'
      ? string
      : K extends 'units'
        ? bigint
        : K extends 'flag'
          ? boolean
          : unknown;

type Columns = Readonly<Record<string, ColumnKind>>;

function table<const C extends Columns>(columns: C, key: readonly (keyof C & string)[]) {
  return { columns, key } as const;
}

export const tables = {
  accounts: table(
    {
      id: 'integer',
      email: 'text',
      master_id: 'integer?',
      enabled: 'flag',
      withdraw_confirmation: 'text',
      status_message: 'text?',
      status_arguments: 'json',
      mobile: 'text',
      google_auth: 'flag',
      activated: 'flag',
      locked_until: 'integer?',
      lock_reason: 'text?',
      lock_count: 'integer',
      last_locked_at: 'integer?',
      created_at: 'integer',
    },
    ['id'],
  ),
  api_keys: table(
    {
      api_key: 'text',
      account_id: 'integer',
      sealed_secret: 'text',
      permissions: 'json',
      ip_allow_list: 'json',
      expires_at: 'integer?',
      created_at: 'integer',
      demo: 'flag',
    },
    ['api_key'],
  ),
  assets: table({ asset: 'text', definition: 'json' }, ['asset']),
  networks: table({ network: 'text', definition: 'json' }, ['network']),
  prices: table({ asset: 'text', price: 'text', updated_at: 'integer' }, ['asset']),
  symbols: table({ symbol: 'text', definition: 'json' }, ['symbol']),
  settings: table({ name: 'text', value: 'json' }, ['name']),
  balances: table({ account_id: 'integer', asset: 'text', free: 'units', held: 'units' }, [
    'account_id',
    'asset',
  ]),
  custody: table({ asset: 'text', network: 'text', available: 'units', waiting: 'integer' }, [
    'asset',
    'network',
  ]),
  transfers: table(
    {
      seq: 'integer',
      at: 'integer',
      kind: 'text',
      asset: 'text',
      amount: 'units',
      debit: 'text',
      credit: 'text',
      reference: 'text',
    },
    ['seq'],
  ),
  transfer_seals: table({ last_seq: 'integer', hash: 'text', sealed_at: 'integer' }, ['last_seq']),
  deposit_addresses: table(
    {
      address_group: 'text',
      address_key: 'text',
      address_tag: 'text',
      address: 'text',
      account_id: 'integer',
      network: 'text',
      created_at: 'integer',
      retired_at: 'integer?',
    },
    ['address_group', 'address_key', 'address_tag'],
  ),
  deposits: table(
    {
      seq: 'integer',
      id: 'text',
      account_id: 'integer',
      asset: 'text',
      network: 'text',
      address: 'text',
      address_tag: 'text',
      tx_id: 'text',
      output_index: 'integer',
      amount: 'units',
      remainder: 'text',
      stage: 'text',
      confirmations: 'integer',
      inserted_at: 'integer',
    },
    ['seq'],
  ),
  withdrawals: table(
    {
      seq: 'integer',
      id: 'text',
      account_id: 'integer',
      asset: 'text',
      network: 'text',
      address: 'text',
      address_tag: 'text',
      amount: 'units',
      fee: 'units',
      name: 'text?',
      order_id: 'text?',
      order_content: 'text?',
      stage: 'text',
      waiting_for: 'text?',
      tx_id: 'text',
      signed_transaction: 'text?',
      failure: 'text?',
      applied_at: 'integer',
      settled_at: 'integer?',
    },
    ['id'],
  ),
  sub_account_transfers: table(
    {
      tran_id: 'integer',
      master_id: 'integer',
      from_account_id: 'integer',
      to_account_id: 'integer',
      asset: 'text',
      amount: 'units',
      at: 'integer',
    },
    ['tran_id'],
  ),
  dust_conversions: table({ tran_id: 'integer', account_id: 'integer', lines: 'json', at: 'integer' }, [
    'tran_id',
  ]),
  dividends: table(
    {
      tran_id: 'integer',
      asset: 'text',
      holders_of: 'text',
      network: 'text',
      total: 'units',
      info: 'text',
      state: 'text',
      payments: 'integer',
      at: 'integer',
    },
    ['tran_id'],
  ),
  dividend_shares: table({ tran_id: 'integer', account_id: 'integer', amount: 'units' }, [
    'tran_id',
    'account_id',
  ]),
  dividend_payments: table(
    {
      tran_id: 'integer',
      account_id: 'integer',
      asset: 'text',
      amount: 'units',
      info: 'text',
      at: 'integer',
    },
    ['tran_id', 'account_id'],
  ),
  order_events: table(
    {
      seq: 'integer',
      account_id: 'integer',
      symbol: 'text',
      time_in_force: 'text',
      submitted: 'text',
      filled: 'text',
      outcome: 'text',
      open_ms: 'integer?',
      at: 'integer',
    },
    ['seq'],
  ),
  trading_indicators: table({ account_id: 'integer', indicators: 'json', evaluated_at: 'integer' }, [
    'account_id',
  ]),
  bans: table({ ip: 'text', banned_until: 'integer', offences: 'integer', last_offence_at: 'integer' }, [
    'ip',
  ]),
  idempotency_keys: table(
    {
      operation: 'text',
      idempotency_key: 'text',
      content: 'text',
      reply: 'json',
      created_at: 'integer',
    },
    ['operation', 'idempotency_key'],
  ),
  audit: table(
    {
      seq: 'integer',
      at: 'integer',
      actor: 'text',
      action: 'text',
      subject: 'text',
      reason: 'text',
      details: 'json',
    },
    ['seq'],
  ),
} as const;

export type Tables = typeof tables;
export type TableName = keyof Tables;

export type Row<T extends TableName> = {
  readonly [C in keyof Tables[T]['columns']]: Value<Tables[T]['columns'][C]>;
};

/** Small tables that are read whole and make up the catalog. Assets before the networks that they name. */
export const referenceTables = ['assets', 'networks', 'prices', 'symbols', 'settings'] as const;
export type ReferenceTable = (typeof referenceTables)[number];

export function isReferenceTable(table: TableName): table is ReferenceTable {
  return (referenceTables as readonly TableName[]).includes(table);
}

/** Tables whose `seq` the store hands out, in the order of commit. */
type Sequenced = 'transfers' | 'deposits' | 'withdrawals' | 'order_events' | 'audit';
export const sequenced: ReadonlySet<TableName> = new Set<Sequenced>([
  'transfers',
  'deposits',
  'withdrawals',
  'order_events',
  'audit',
]);

/** A row to insert: without `seq` where the store hands it out. */
export type NewRow<T extends TableName> = T extends Sequenced ? Omit<Row<T>, 'seq'> : Row<T>;
