/** Reads the stored withdrawals of payments, regardless of which process or client has submitted them. */
import type { Catalog } from '../../domain/catalog/catalog.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import type { LoggedRequest } from '../logged-request.ts';
import { type IntendedPayment, storedContent } from '../payment.ts';

export type Submitted = LoggedRequest & { readonly payment: IntendedPayment };
/** Whether a request submits a withdrawal. */
export const isSubmission = (request: LoggedRequest): request is Submitted => request.payment !== null;

type Parts = Pick<Reads, 'withdrawals' | 'withdrawalsOfOrders' | 'row'>;
type Stored = Row<'withdrawals'>;

/** At most this many withdrawals of an account and asset, since the first request in the log, are compared. */
const maxRows = 20_000;

/** Reads the withdrawals of an account and asset once for all of its payments. */
export class StoredPayments {
  readonly #reads: Parts;
  readonly #catalog: Catalog;
  /** By content, in the order of arrival. */
  readonly #submissions: ReadonlyMap<string, readonly Submitted[]>;
  /** By account and asset, then by content. */
  readonly #stored = new Map<string, Promise<ReadonlyMap<string, readonly Stored[]>>>();
  readonly #firstAt: ReadonlyMap<string, number>;

  /** @param requests in the order of arrival */
  constructor(requests: readonly LoggedRequest[], reads: Parts, catalog: Catalog) {
    const submitted = requests.filter(isSubmission);
    this.#reads = reads;
    this.#catalog = catalog;
    this.#submissions = Map.groupBy(submitted, ({ payment }) => payment.content);
    this.#firstAt = new Map(submitted.toReversed().map((each) => [groupOf(each), each.worldAt]));
  }

  /**
   * @returns every withdrawal of the same payment since the request, and the one of the request itself, which may be
   * older: an earlier request with the same order id has submitted it.
   */
  async of(first: Submitted): Promise<readonly Stored[]> {
    const { content } = first.payment;
    const rows = (await this.#storedWith(first)).get(content) ?? [];
    const own = rows.find(({ id }) => id === first.withdrawalId) ?? (await this.#ownOf(first));
    const submissions = this.#submissions.get(content) ?? [];
    const earlier = submissions.filter(({ number }) => number < first.number);
    const known = new Set([own?.id, ...earlier.map(({ withdrawalId }) => withdrawalId)]);
    const later = rows.filter(({ id, appliedAt }) => appliedAt >= first.worldAt && !known.has(id));
    const isSame = own !== undefined && storedContent(own, this.#catalog) === content;
    return isSame ? [own, ...later] : later;
  }

  #storedWith(first: Submitted): Promise<ReadonlyMap<string, readonly Stored[]>> {
    const group = groupOf(first);
    const known = this.#stored.get(group);
    if (known !== undefined) return known;
    const { accountId, asset } = first.payment;
    const from = Math.min(first.worldAt, this.#firstAt.get(group) ?? first.worldAt);
    const rows = this.#reads.withdrawals(accountId, { asset, from }, { limit: maxRows, offset: 0 });
    const stored = rows.then((all) => Map.groupBy(all, (row) => storedContent(row, this.#catalog)));
    this.#stored.set(group, stored);
    return stored;
  }

  async #ownOf({ withdrawalId, payment: { accountId, orderId } }: Submitted): Promise<Stored | undefined> {
    if (withdrawalId !== null) return this.#reads.row('withdrawals', { id: withdrawalId });
    return orderId === null ? undefined : (await this.#reads.withdrawalsOfOrders(accountId, [orderId]))[0];
  }
}

const groupOf = ({ payment: { accountId, asset } }: Submitted) => `${accountId} ${asset}`;
