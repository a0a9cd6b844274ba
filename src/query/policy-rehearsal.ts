/**
 * Tries a draft of the approval policy on withdrawals of the past, newest first, in bounded pages. Facts whose past
 * values are unknown (prices, tags, address books, limits of assets) are taken as they are now.
 */
import type { ApprovalRule } from '../contract/approval-terms.ts';
import { addDecimals, type Decimal } from '../contract/decimal.ts';
import { familyOf } from '../domain/account-family.ts';
import { type Destination, readDestination } from '../domain/address/destination.ts';
import { boundedRules } from '../domain/catalog/bounded-rules.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Network } from '../domain/catalog/network.ts';
import { isInternalTransfer } from '../domain/ledger/internal-transfer.ts';
import {
  type ApprovalDecision,
  type ApprovalFacts,
  decideApproval,
  mayMatch,
  usdOf,
} from '../domain/withdrawal/approval-policy.ts';
import { isWhitelisted } from '../domain/withdrawal/whitelist.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

/** Rows read at once, which takes less than 2 ms. */
const pageSize = 100;
export const maxExamples = 100;

type Withdrawal = Row<'withdrawals'>;
type Total = { count: number; value: Decimal };
type Held = Exclude<ApprovalDecision, { readonly decision: 'auto' }>;
export type Example = { readonly row: Withdrawal; readonly approval: Held };

export type Rehearsal = {
  /** Time of the earliest withdrawal that was considered, if others were left out; otherwise the start of the period. */
  readonly fromMs: number;
  readonly isComplete: boolean;
  readonly totals: Readonly<Record<ApprovalDecision['decision'], Total>>;
  /** Withdrawals that were held or denied, by the name of the rule. */
  readonly byRule: ReadonlyMap<string, number>;
  readonly examples: readonly Example[];
};

/** `step` is awaited after each withdrawal; it may give way to other work, and says whether there is time for more. */
export async function rehearsePolicy(
  reads: Pick<Reads, 'withdrawalsBefore' | 'row' | 'rows'>,
  known: Catalog,
  rules: readonly ApprovalRule[],
  [sinceMs, nowMs]: readonly [sinceMs: number, nowMs: number],
  step: () => Promise<boolean>,
): Promise<Rehearsal> {
  const catalog: Catalog = { ...known, boundedRules: boundedRules({ rules, changes: [] }) };
  const facts = new PresentFacts(reads, catalog, nowMs);
  const result = new RunningTotals(catalog);
  let before = Number.MAX_SAFE_INTEGER;
  let fromMs = nowMs;
  let hasTime = true;
  for (;;) {
    const page = await reads.withdrawalsBefore(before, pageSize);
    for (const row of page) {
      if (row.appliedAt < sinceMs) return result.finish(sinceMs, true);
      if (!hasTime) return result.finish(fromMs, false);
      result.add(row, await facts.decide(row));
      fromMs = row.appliedAt;
      before = row.seq;
      hasTime = await step();
    }
    if (page.length < pageSize) return result.finish(sinceMs, true);
  }
}

class RunningTotals {
  readonly #catalog: Catalog;
  readonly #totals = { auto: none(), approve: none(), deny: none() };
  readonly #byRule = new Map<string, number>();
  readonly #examples: Example[] = [];

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  add(row: Withdrawal, approval: ApprovalDecision): void {
    const total = this.#totals[approval.decision];
    total.count += 1;
    total.value = addDecimals(total.value, usdOf(row, this.#catalog) ?? none().value);
    if (approval.decision === 'auto') return;
    const { name } = approval.rule;
    this.#byRule.set(name, (this.#byRule.get(name) ?? 0) + 1);
    if (this.#examples.length < maxExamples) this.#examples.push({ row, approval });
  }

  finish(fromMs: number, isComplete: boolean): Rehearsal {
    const [totals, byRule, examples] = [this.#totals, this.#byRule, this.#examples];
    return { fromMs, isComplete, totals, byRule, examples };
  }
}

const none = (): Total => ({ count: 0, value: { coefficient: 0n, scale: 0 } });

type Tags = Pick<ApprovalFacts, 'tags' | 'familyTags'>;

/** The facts about accounts and destinations that rules use, read once for each account. */
class PresentFacts {
  readonly #reads: Pick<Reads, 'row' | 'rows'>;
  readonly #catalog: Catalog;
  readonly #nowMs: number;
  readonly #tags = new Map<number, Tags>();
  readonly #books = new Map<number, readonly Row<'address_book'>[]>();

  constructor(reads: Pick<Reads, 'row' | 'rows'>, catalog: Catalog, nowMs: number) {
    this.#reads = reads;
    this.#catalog = catalog;
    this.#nowMs = nowMs;
  }

  async decide(row: Withdrawal): Promise<ApprovalDecision> {
    if (!mayMatch(row, this.#catalog)) return { decision: 'auto', rule: null };
    const tags = await this.#tagsOf(row.accountId);
    const destination = await this.#destinationOf(row);
    return decideApproval({ ...row, destination, ...tags }, this.#catalog);
  }

  async #tagsOf(accountId: number): Promise<Tags> {
    const known = this.#tags.get(accountId);
    if (known !== undefined) return known;
    const own = (await this.#reads.row('account_tags', { accountId }))?.tags ?? [];
    const account = await this.#reads.row('accounts', { id: accountId });
    const family = account ? familyOf(account) : accountId;
    const others = await this.#reads.rows('account_tags', { family });
    const tags = { tags: own, familyTags: [...own, ...others.flatMap((row) => row.tags)] };
    this.#tags.set(accountId, tags);
    return tags;
  }

  async #destinationOf(row: Withdrawal) {
    const { accountId, txId } = row;
    if (isInternalTransfer(txId)) return 'internal';
    const network = this.#catalog.networks.get(row.network);
    if (network === undefined) return 'new';
    const place = readDestination(network, network.tag, row.address, row.addressTag);
    if (typeof place === 'string') return 'new';
    if (txId === '' && (await this.#isOwn(network, place))) return 'internal';
    const entry = (await this.#bookOf(accountId)).find(
      ({ asset, network: on, addressKey, addressTag }) =>
        asset === row.asset && on === row.network && addressKey === place.key && addressTag === place.tag,
    );
    return entry && isWhitelisted(entry, this.#catalog.settings, this.#nowMs) ? 'whitelisted' : 'new';
  }

  /** Whether the exchange would credit the place itself. For a withdrawal that was sent, this is known already. */
  async #isOwn({ addressGroup }: Network, { key, tag }: Destination): Promise<boolean> {
    const at = { addressGroup, addressKey: key, addressTag: tag };
    return (await this.#reads.row('deposit_addresses', at)) !== undefined;
  }

  async #bookOf(accountId: number): Promise<readonly Row<'address_book'>[]> {
    const known = this.#books.get(accountId);
    if (known !== undefined) return known;
    const book = await this.#reads.rows('address_book', { accountId });
    this.#books.set(accountId, book);
    return book;
  }
}
