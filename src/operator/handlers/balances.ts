import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/balances.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { BalanceHistory, type PastBalance, type StatementEntry } from '../../query/balance-history.ts';
import { implement, type OperatorHandler, type OperatorParts, orReplayed } from '../handler.ts';
import { listKey, readCursor, writeCursor } from '../lists/cursor.ts';
import { defaultLimit as defaultRows } from '../lists/list-page.ts';
import { accountNamed, amountText, decimalOf, emailsOf } from './subject.ts';

type Booking = OperatorHandler<typeof operations.creditAccount>;

export const creditAccount = implement(operations.creditAccount, (input, operator, parts) =>
  adjust('credit', input, operator, parts),
);
export const debitAccount = implement(operations.debitAccount, (input, operator, parts) =>
  adjust('debit', input, operator, parts),
);

async function adjust(
  direction: 'credit' | 'debit',
  { path: { email }, body: { asset, amount, backed, network }, idempotency }: Parameters<Booking>[0],
  operator: Parameters<Booking>[1],
  parts: OperatorParts,
): Promise<Awaited<ReturnType<Booking>>> {
  const outcome = unwrap(
    await parts.commands.submit('adjustBalance', {
      operator,
      email,
      asset,
      amount: decimalOf(amount),
      direction,
      idempotency,
      backed,
      network,
    }),
  );
  if (isRejection(outcome)) return outcome;
  const { id: _, replayed: __, ...balance } = outcome.done;
  return orReplayed(balance, outcome.done);
}

export const listBalances = implement(
  operations.listBalances,
  async ({ path: { email }, query: { at } }, _operator, parts) => {
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    if (at !== undefined && at > parts.clock.world.now()) return invalid('at: is in the future.');
    const rows =
      at === undefined
        ? await parts.reads.rows('balances', { accountId: account.id })
        : await new BalanceHistory(parts.reads, account.id).balancesAt(at);
    return { email: account.email, balances: rows.map((row) => view(parts, row)) };
  },
);

export const listOwed = implement(operations.listOwed, async ({ query }, _operator, parts) => {
  const { limit = defaultRows, offset = 0 } = query;
  if (query.cursor !== undefined && offset > 0)
    return invalid('query.offset: cannot be combined with a cursor');
  const key = listKey('listOwed', query);
  // The cursor is an account, and the number of its rows that earlier pages have shown.
  const place = query.cursor === undefined ? [] : readCursor(key, query.cursor, 2);
  if (isRejection<'operator-invalid'>(place)) return place;
  const [accountId = 0, shown = 0] = place;
  const window = { behind: accountId - 1, offset: shown + offset, limit: limit + 1 };
  const found = await parts.reads.balancesOwing(window);
  const rows = found.slice(0, limit);
  const emailOf = await emailsOf(
    parts.reads,
    rows.map(({ accountId }) => accountId),
  );
  return {
    owed: rows.map(({ accountId, asset, owed }) => ({
      email: emailOf(accountId),
      asset,
      owed: amountText(parts, asset, owed),
    })),
    nextCursor: found.length > limit ? writeCursor(key, placeBehind(rows, accountId, shown)) : null,
  };
});

function placeBehind(
  rows: readonly { readonly accountId: number }[],
  from: number,
  shown: number,
): readonly number[] {
  const last = rows.at(-1)?.accountId ?? from;
  const own = rows.filter(({ accountId }) => accountId === last).length;
  return [last, last === from ? shown + own : own];
}

export const getStatement = implement(
  operations.getStatement,
  async ({ path: { email }, query }, _operator, parts) => {
    const {
      asset,
      from: fromMs = 0,
      to: toMs = parts.clock.world.now(),
      after,
      limit = defaultLimit,
    } = query;
    if (fromMs > toMs) return invalid('from: is after to.');
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    const history = new BalanceHistory(parts.reads, account.id);
    const { opening, entries, closing, next } = await history.statement({
      asset,
      fromMs,
      toMs,
      after,
      limit,
    });
    return {
      email: account.email,
      opening: opening.map((balance) => view(parts, balance)),
      entries: entries.map((entry) => viewEntry(parts, entry)),
      closing: closing.map((balance) => view(parts, balance)),
      next,
    };
  },
);

const defaultLimit = 1000;

function viewEntry(parts: OperatorParts, entry: StatementEntry) {
  const { seq, at, kind, reference, wallet, asset } = entry;
  const amount = (units: bigint) => amountText(parts, asset, units);
  return {
    seq,
    at,
    kind,
    reference,
    wallet,
    asset,
    freeChange: amount(entry.freeChange),
    heldChange: amount(entry.heldChange),
    free: amount(entry.free),
    held: amount(entry.held),
  };
}

type Viewed = PastBalance & { readonly owed?: bigint };

function view(parts: OperatorParts, { asset, wallet, free, held, owed = 0n }: Viewed) {
  const text = (units: bigint) => amountText(parts, asset, units);
  return { asset, wallet, free: text(free), held: text(held), ...(owed > 0n && { owed: text(owed) }) };
}
