/**
 * Things that end or begin at a time of the world without any work being done then, because they are only checked when
 * they are used: bans, locks, expiries, cooling-off times.
 */
import type { DoneWork } from '../clock/world-timeline.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { countsTowardsLimits, quotaPeriodMs } from '../domain/withdrawal/quota.ts';
import { whitelistedFrom } from '../domain/withdrawal/whitelist.ts';
import type { Span } from '../store/reads/spans.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

export type EndsParts = {
  readonly reads: Pick<Reads, 'rowsInSpan' | 'newestWithdrawalsInSpan' | 'newestWithdrawalsUnderQuotaInSpan'>;
  readonly catalog: () => Catalog;
  /** The ends that are kept in memory, at any time. */
  readonly inMemory: () => readonly DoneWork[];
};

const hourMs = 3_600_000;

/** Time for which a withdrawal counts towards limits, ms. */
const countedMs = quotaPeriodMs + 1;

const earlier = ({ after, until }: Span, ms: number): Span => ({ after: after - ms, until: until - ms });

export class Ends {
  readonly #parts: EndsParts;

  constructor(parts: EndsParts) {
    this.#parts = parts;
  }

  /** @param limit of each kind. @returns the ends in the span, in order of their time. */
  async within(span: Span, limit: number): Promise<readonly DoneWork[]> {
    const { reads } = this.#parts;
    const stored = await Promise.all([
      reads
        .rowsInSpan('bans', 'bannedUntil', span, limit)
        .then((rows) => rows.map(({ ip, bannedUntil }) => ({ at: bannedUntil, what: 'ban', id: ip }))),
      reads
        .rowsInSpan('accounts', 'lockedUntil', span, limit)
        .then((rows) =>
          rows.map(({ email, lockedUntil }) => ({ at: lockedUntil ?? 0, what: 'trading-lock', id: email })),
        ),
      reads
        .rowsInSpan('api_keys', 'expiresAt', span, limit)
        .then((rows) =>
          rows.map(({ apiKey, expiresAt }) => ({ at: expiresAt ?? 0, what: 'api-key', id: apiKey })),
        ),
      this.#whitelistings(span, limit),
      this.#dustIntervals(span, limit),
      this.#dailyMaxima(span, limit),
      this.#quotas(span, limit),
    ]);
    const others = this.#parts.inMemory().filter(({ at }) => at > span.after && at <= span.until);
    return [...stored.flat(), ...others].sort((one, other) => one.at - other.at);
  }

  /** Addresses of address books that count as whitelisted from then on. */
  async #whitelistings(span: Span, limit: number): Promise<readonly DoneWork[]> {
    const { reads, catalog } = this.#parts;
    const { settings } = catalog();
    const delayMs = settings.whitelistDelayHours * hourMs;
    const rows = await reads.rowsInSpan('address_book', 'whitelistedAt', earlier(span, delayMs), limit);
    return rows.map((row) => ({
      at: whitelistedFrom(row, settings) ?? 0,
      what: 'whitelisting',
      id: row.address,
    }));
  }

  /** Accounts that may convert dust again. */
  async #dustIntervals(span: Span, limit: number): Promise<readonly DoneWork[]> {
    const { reads, catalog } = this.#parts;
    const intervalMs = catalog().settings.dustIntervalHours * hourMs;
    if (intervalMs === 0) return [];
    const rows = await reads.rowsInSpan('dust_conversions', 'at', earlier(span, intervalMs), limit);
    return rows.map(({ at, tranId }) => ({ at: at + intervalMs, what: 'dust-interval', id: String(tranId) }));
  }

  /** Withdrawals that no longer count towards the maximum of their asset in 24 hours. */
  async #dailyMaxima(span: Span, limit: number): Promise<readonly DoneWork[]> {
    const { reads, catalog } = this.#parts;
    const limited = [...catalog().assets.values()].filter((each) => each.withdrawMaximumPerDay !== null);
    const codes = limited.map(({ asset }) => asset);
    const rows = await reads.newestWithdrawalsInSpan(codes, earlier(span, countedMs), limit);
    return rows.filter(countsTowardsLimits).map((row) => noLongerCounted(row, 'daily-maximum'));
  }

  /** Withdrawals that no longer count towards the quota of their account. Without a price they count as nothing. */
  async #quotas(span: Span, limit: number): Promise<readonly DoneWork[]> {
    const { reads, catalog } = this.#parts;
    const { prices } = catalog();
    const rows = await reads.newestWithdrawalsUnderQuotaInSpan(earlier(span, countedMs), limit);
    return rows
      .filter((row) => countsTowardsLimits(row) && prices.has(row.asset))
      .map((row) => noLongerCounted(row, 'quota'));
  }
}

const noLongerCounted = ({ appliedAt, id }: Row<'withdrawals'>, what: string): DoneWork => ({
  at: appliedAt + countedMs,
  what,
  id,
});
