/** Lists with filters, read slice by slice, have the rows that a plain filter over all rows selects, once and in order. */
import assert from 'node:assert/strict';
import { depositStages } from '../../../src/contract/deposit-stages.ts';
import { openStages, withdrawalStages } from '../../../src/contract/withdrawal-stages.ts';
import type { Store, Write } from '../../../src/store/port.ts';
import type {
  DepositListFilter,
  ListWindow,
  MovementFilter,
  Place,
  Slice,
  TransferListFilter,
  WithdrawalListFilter,
} from '../../../src/store/reads/lists.ts';
import type { NewRow, Row } from '../../../src/store/tables.ts';
import { createRandom, type Random, seed } from '../../support/seed.ts';
import { accountRow, run, writing } from './raw.ts';
import { conformance } from './stores.ts';

/** More than two blocks of the index of addresses. */
const withdrawalCount = 9000;
/** A backlog of open withdrawals: more than a search for an address takes from many blocks at once. */
const backlog = { from: 5000, to: 7500 };
const otherCount = 1500;
const startMs = 1_700_000_000_000;
const assets = ['BTC', 'ETH', 'XRP'] as const;
const networks = ['NET1', 'NET2'] as const;
/** Some are rare, some are shorter than what the index has of them. */
const addresses = ['0xabcdef', '0xABCDEF', 'abcde', 'abcd', 'abc', '', 'rare1234'];

type Fields = { readonly accountId: number; readonly asset: string; readonly at: number };

function fieldsOf(random: Random, index: number): Fields {
  // Numbers are in the order of time, except for differences of some seconds.
  const at = startMs + index * 100 + random.below(5000);
  return { accountId: 1 + random.below(3), asset: random.pick(assets), at };
}

const addressOf = (random: Random) =>
  random.chance(0.999) ? random.pick(addresses.slice(0, 6)) : addresses[6]!;

/** The others need a claim. */
const unclaimedStages = withdrawalStages.filter((stage) => stage !== 'claimed' && stage !== 'unknown');

function withdrawal(random: Random, index: number): NewRow<'withdrawals'> {
  const { accountId, asset, at } = fieldsOf(random, index);
  const usualStage = random.chance(0.9) ? 'completed' : random.pick(unclaimedStages);
  const stage = index >= backlog.from && index < backlog.to ? 'queued' : usualStage;
  return {
    ...{ id: `w${index}`, accountId, asset, wallet: 'spot', network: random.pick(networks) },
    ...{
      address: addressOf(random),
      addressTag: '',
      amount: BigInt(10 ** random.below(6) + random.below(9)),
    },
    ...{
      fee: 0n,
      feeTo: null,
      name: null,
      orderId: random.chance(0.5) ? `o${index >> 1}-${accountId}-${index}` : null,
    },
    ...{ orderContent: null, stage, waitingFor: stage === 'waiting' ? 'liquidity' : null },
    ...{ txId: random.chance(0.8) ? `tx${index}` : '', signedTransaction: null },
    ...{ failure: stage === 'failed' ? 'lost' : null, appliedAt: at },
    settledAt: openStages.some((open) => open === stage) ? null : at + 1,
    ...{ approvalNeeded: null, approvalGiven: null, claim: null, policyVersion: null, policyRule: null },
  };
}

function deposit(random: Random, index: number): NewRow<'deposits'> {
  const { accountId, asset, at } = fieldsOf(random, index);
  const stage = random.pick(depositStages);
  const isOfNobody = stage === 'unattributed' || stage === 'returning' || stage === 'returned';
  return {
    ...{ id: `d${index}`, accountId: isOfNobody ? 0 : accountId, asset, network: random.pick(networks) },
    ...{ address: addressOf(random), addressTag: '', txId: `tx${index >> 2}`, outputIndex: index & 3 },
    ...{ amount: BigInt(1 + random.below(2000)), remainder: '0', stage, confirmations: 0, insertedAt: at },
    ...{ completedAt: null, blockHeight: null, reorganisedAt: null },
  };
}

function transfer(random: Random, index: number): NewRow<'transfers'> {
  const { accountId, asset, at } = fieldsOf(random, index);
  return {
    ...{ at, kind: random.pick(['adjustment', 'withdrawal-hold', 'dust-fee'] as const), asset },
    ...{ amount: BigInt(1 + random.below(2000)), debit: `${accountId}:spot:free` },
    credit: random.chance(0.8) ? 'fees' : `custody:${random.pick(networks)}`,
    reference: referenceOf(random),
  };
}

function referenceOf(random: Random): string {
  if (random.chance(0.4)) return `w${random.below(withdrawalCount)}`;
  return random.chance(0.5) ? `d${random.below(otherCount)}` : `r${random.below(200)}`;
}

function auditEntry(random: Random, index: number): NewRow<'audit'> {
  const { asset, at } = fieldsOf(random, index);
  const action = random.pick(['asset-put', 'network-put', 'address-book-put', 'withdrawal-approve'] as const);
  const network = random.pick(networks);
  const subject = {
    'asset-put': asset,
    'network-put': network,
    'address-book-put': `${1 + random.below(3)}@x.com`,
    'withdrawal-approve': referenceOf(random),
  }[action];
  const details = random.chance(0.5) ? {} : { to: { asset, network, address: addressOf(random) } };
  return { at, actor: random.pick(['ann', 'bob']), action, subject, reason: '', details };
}

async function fill(store: Store, random: Random): Promise<void> {
  const inserts: Write[] = [0, 1, 2, 3].map((id) => ({ insert: 'accounts', row: accountRow(id) }));
  for (let index = 0; index < withdrawalCount; index += 1)
    inserts.push({ insert: 'withdrawals', row: withdrawal(random, index) });
  for (let index = 0; index < otherCount; index += 1) {
    inserts.push({ insert: 'deposits', row: deposit(random, index) });
    inserts.push({ insert: 'transfers', row: transfer(random, index) });
    inserts.push({ insert: 'audit', row: auditEntry(random, index) });
  }
  for (let from = 0; from < inserts.length; from += 500)
    await run(store, writing(...inserts.slice(from, from + 500)));
}

/** Reads a list from its beginning to its end. */
async function walk<R>(random: Random, read: (window: ListWindow) => Promise<Slice<R>>): Promise<R[]> {
  const rows: R[] = [];
  let before: Place | undefined;
  for (let slices = 0; ; slices += 1) {
    assert.ok(slices < 20_000, 'the list does not end');
    const limit = 1 + random.below(random.chance(0.5) ? 20 : 2000);
    const slice = await read({ before, limit, scan: random.chance(0.3) ? 50 : 4000 });
    assert.ok(slice.rows.length <= limit);
    rows.push(...slice.rows);
    if (slice.next === null) return rows;
    before = slice.next;
  }
}

const some = <T>(random: Random, value: () => T): T | undefined => (random.chance(0.3) ? value() : undefined);

function commonFilter(random: Random, count: number) {
  const from = some(random, () => startMs + random.below(count * 100));
  return {
    from,
    to: some(random, () => (from ?? startMs) + random.below(count * 100)),
    asset: some(random, () => random.pick(assets)),
    min: some(random, () => BigInt(random.below(1500))),
    max: some(random, () => BigInt(random.below(100_000))),
  };
}

type Common = ReturnType<typeof commonFilter>;

const isCommon = (
  { from, to, asset, min, max }: Common,
  row: { asset: string; amount: bigint },
  at: number,
) =>
  (from === undefined || at >= from) &&
  (to === undefined || at <= to) &&
  (asset === undefined || row.asset === asset) &&
  (min === undefined || row.amount >= min) &&
  (max === undefined || row.amount <= max);

const has = <T>(wanted: readonly T[] | undefined, value: T) => wanted === undefined || wanted.includes(value);
const newestFirst = <R extends { readonly seq: number }>(
  rows: readonly R[],
  timeOf: (row: R) => number,
  byTime: boolean,
) => rows.toSorted((one, other) => (byTime && timeOf(other) - timeOf(one)) || other.seq - one.seq);
const seqsOf = (rows: readonly { readonly seq: number }[]) => rows.map(({ seq }) => seq);

async function withInterval<F extends Pick<Common, 'from' | 'to'>>(
  store: Store,
  table: 'withdrawals' | 'deposits' | 'transfers' | 'audit',
  filter: F,
) {
  const seqs = await store.reads.seqsInRange(table, filter);
  return { ...filter, seqs: filter.from === undefined && filter.to === undefined ? undefined : seqs };
}

async function checkWithdrawals(store: Store, random: Random, all: readonly Row<'withdrawals'>[]) {
  const filter: WithdrawalListFilter & Common = {
    ...commonFilter(random, withdrawalCount),
    accountId: some(random, () => 1 + random.below(3)),
    network: some(random, () => random.pick(networks)),
    stages: some(random, () => withdrawalStages.filter(() => random.chance(0.4)).concat('failed')),
    addresses: some(random, () => [random.pick(addresses), random.pick(addresses)]),
    ids: random.chance(0.1) ? [`w${random.below(withdrawalCount)}`, 'w17', 'w4711'] : undefined,
  };
  const given = await withInterval(store, 'withdrawals', filter);
  const rows = await walk(random, (window) => store.reads.listedWithdrawals(given, window));
  const { accountId, network, stages, addresses: wanted, ids } = filter;
  const expected = all.filter(
    (row) =>
      isCommon(filter, row, row.appliedAt) &&
      (accountId === undefined || row.accountId === accountId) &&
      (network === undefined || row.network === network) &&
      has<string>(stages, row.stage) &&
      has(wanted, row.address) &&
      has(ids, row.id),
  );
  const byTime = accountId !== undefined && ids === undefined;
  assert.deepEqual(seqsOf(rows), seqsOf(newestFirst(expected, (row) => row.appliedAt, byTime)), show(filter));
}

async function checkDeposits(store: Store, random: Random, all: readonly Row<'deposits'>[]) {
  const filter: DepositListFilter & Common = {
    ...commonFilter(random, otherCount),
    accountId: some(random, () => random.below(4)),
    network: some(random, () => random.pick(networks)),
    stages: some(random, () => depositStages.filter(() => random.chance(0.3)).concat('vanished')),
    addresses: some(random, () => [random.pick(addresses), random.pick(addresses)]),
    transactions: random.chance(0.1)
      ? { networks, txIds: [`tx${random.below(otherCount >> 2)}`, 'tx7'] }
      : undefined,
  };
  const given = await withInterval(store, 'deposits', filter);
  const rows = await walk(random, (window) => store.reads.listedDeposits(given, window));
  const { accountId, network, stages, addresses: wanted, transactions } = filter;
  const expected = all.filter(
    (row) =>
      isCommon(filter, row, row.insertedAt) &&
      (accountId === undefined || row.accountId === accountId) &&
      (network === undefined || row.network === network) &&
      has<string>(stages, row.stage) &&
      has(wanted, row.address) &&
      has(transactions?.txIds, row.txId),
  );
  const byTime = accountId !== undefined && wanted === undefined && transactions === undefined;
  assert.deepEqual(
    seqsOf(rows),
    seqsOf(newestFirst(expected, (row) => row.insertedAt, byTime)),
    show(filter),
  );
}

type Rows = {
  readonly withdrawals: readonly Row<'withdrawals'>[];
  readonly deposits: readonly Row<'deposits'>[];
  readonly transfers: readonly Row<'transfers'>[];
  readonly audit: readonly Row<'audit'>[];
};

function movementFilter(random: Random): MovementFilter {
  return {
    network: some(random, () => random.pick(networks)),
    stages: some(random, () => random.pick([['completed'], ['failed', 'vanished']])),
    addresses: some(random, () => [random.pick(addresses), random.pick(addresses)]),
    ids: random.chance(0.1)
      ? Array.from({ length: 300 }, (_, index) => `${index % 2 ? 'w' : 'd'}${index}`)
      : undefined,
  };
}

/** The withdrawals and deposits that meet all conditions, by id. */
function movementsAmong({ withdrawals, deposits }: Rows, filter: MovementFilter): ReadonlySet<string> {
  const { accountId, asset, network, stages, addresses: wanted, ids, min, max } = filter;
  const meets = (row: Row<'withdrawals'> | Row<'deposits'>) =>
    (accountId === undefined || row.accountId === accountId) &&
    isCommon({ asset, min, max } as Common, row, 0) &&
    (network === undefined || row.network === network) &&
    has<string>(stages, row.stage) &&
    has(wanted, row.address) &&
    has(ids, row.id);
  return new Set([...withdrawals, ...deposits].filter(meets).map(({ id }) => id));
}

const givenOf = (filter: object) =>
  Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));

async function checkAudit(store: Store, random: Random, all: Rows) {
  const asset = some(random, () => random.pick(assets));
  const accountId = some(random, () => 1 + random.below(3));
  const about = {
    ...{ accountId, asset, ...movementFilter(random) },
    ...(asset !== undefined && { min: some(random, () => BigInt(random.below(1500))) }),
  };
  const email = accountId === undefined ? undefined : `${accountId}@x.com`;
  const isNamed = about.ids !== undefined || about.addresses !== undefined;
  const filter = {
    ...{ from: some(random, () => startMs + random.below(otherCount * 100)), to: undefined },
    ...{ actor: some(random, () => 'ann'), action: some(random, () => 'withdrawal-approve') },
    about: givenOf(about).length === 0 ? undefined : { ...about, email },
    subjects:
      isNamed && random.chance(0.7) ? [...movementsAmong(all, { ...about, min: undefined })] : undefined,
  };
  const mentioned = ({ details }: Row<'audit'>) =>
    (details as { to?: { asset?: string; network?: string; address?: string } }).to;
  const movements = movementsAmong(all, about);
  const isItself = (row: Row<'audit'>) =>
    givenOf(about).every((name) => ['accountId', 'asset', 'network', 'addresses'].includes(name)) &&
    (email === undefined || row.subject === email) &&
    (asset === undefined ||
      (row.action === 'asset-put' && row.subject === asset) ||
      mentioned(row)?.asset === asset) &&
    (about.network === undefined ||
      (row.action === 'network-put' && row.subject === about.network) ||
      mentioned(row)?.network === about.network) &&
    (about.addresses === undefined || about.addresses.includes(mentioned(row)?.address ?? 'none'));
  const expected = all.audit.filter(
    (row) =>
      (filter.from === undefined || row.at >= filter.from) &&
      (filter.actor === undefined || row.actor === filter.actor) &&
      (filter.action === undefined || row.action === filter.action) &&
      (filter.subjects === undefined ||
        filter.subjects.includes(row.subject) ||
        row.action === 'address-book-put') &&
      (filter.about === undefined || movements.has(row.subject) || isItself(row)),
  );
  if (filter.subjects?.length === 0 && about.addresses === undefined) return;
  const given = await withInterval(store, 'audit', filter);
  const rows = await walk(random, (window) => store.reads.listedAudit(given, window));
  assert.deepEqual(seqsOf(rows), seqsOf(newestFirst(expected, (row) => row.at, false)), show(filter));
}

async function checkTransfers(store: Store, random: Random, rowsOfAll: Rows) {
  const all = rowsOfAll.transfers;
  const movement = some(random, () => movementFilter(random)) ?? {};
  const filter: TransferListFilter & Common = {
    ...commonFilter(random, otherCount),
    kinds: some(random, () => ['dust-fee', 'withdrawal-hold']),
    ledgerAccounts: some(random, () => [`${1 + random.below(3)}:spot:free`, 'dust']),
    reference: random.chance(0.1) ? `r${random.below(200)}` : undefined,
    movement: givenOf(movement).length === 0 ? undefined : movement,
    places: some(random, () => [
      { after: 100, through: 400 },
      { after: 600, through: 1300 },
    ]),
  };
  const given = await withInterval(store, 'transfers', filter);
  const movements = movementsAmong(rowsOfAll, movement);
  const custody = givenOf(movement).join() === 'network' ? `custody:${movement.network}` : undefined;
  const rows = await walk(random, (window) => store.reads.listedTransfers(given, window));
  const { kinds, ledgerAccounts, reference } = filter;
  const expected = all.filter(
    (row) =>
      isCommon(filter, row, row.at) &&
      has<string>(kinds, row.kind) &&
      (ledgerAccounts === undefined ||
        ledgerAccounts.includes(row.debit) ||
        ledgerAccounts.includes(row.credit)) &&
      (reference === undefined || row.reference === reference) &&
      (filter.movement === undefined ||
        movements.has(row.reference) ||
        row.debit === custody ||
        row.credit === custody) &&
      (filter.places === undefined ||
        filter.places.some(({ after, through }) => row.seq > after && row.seq <= through)),
  );
  assert.deepEqual(seqsOf(rows), seqsOf(newestFirst(expected, (row) => row.at, false)), show(filter));
}

const show = (filter: object) =>
  `seed ${seed}: ${JSON.stringify(filter, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`;

conformance('each combination of filters selects what a plain filter selects', async (_site, store) => {
  const random = createRandom(seed);
  await fill(store, random);
  const all: Rows = {
    withdrawals: await store.reads.rows('withdrawals', {}),
    deposits: await store.reads.rows('deposits', {}),
    transfers: await store.reads.rows('transfers', {}),
    audit: await store.reads.rows('audit', {}),
  };
  for (let round = 0; round < 60; round += 1) {
    await checkWithdrawals(store, random, all.withdrawals);
    await checkDeposits(store, random, all.deposits);
    await checkTransfers(store, random, all);
    await checkAudit(store, random, all);
  }
});

conformance('rows that arrive while a list is read neither repeat nor hide others', async (_site, store) => {
  const random = createRandom(seed);
  await fill(store, random);
  const filter = { addresses: ['0xabcdef'] };
  const known = seqsOf(await store.reads.rows('withdrawals', { address: '0xabcdef' })).toSorted(
    (a, b) => a - b,
  );
  let index = withdrawalCount;
  for (const given of [{}, filter, { accountId: 2 }, { stages: ['failed', 'rejected'] }, { asset: 'BTC' }]) {
    const before = await walk(random, (window) => store.reads.listedWithdrawals(given, window));
    const during = await walk(random, async (window) => {
      const slice = await store.reads.listedWithdrawals(given, window);
      await run(store, writing({ insert: 'withdrawals', row: withdrawal(random, index++) }));
      return slice;
    });
    const old = new Set(seqsOf(before));
    assert.deepEqual(
      seqsOf(during).filter((seq) => old.has(seq)),
      seqsOf(before),
      show(given),
    );
    assert.equal(new Set(seqsOf(during)).size, during.length);
    if (given === filter)
      assert.deepEqual(
        seqsOf(before)
          .toSorted((a, b) => a - b)
          .slice(0, known.length),
        known,
      );
  }
});
