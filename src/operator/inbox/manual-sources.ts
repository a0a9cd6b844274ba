/** What waits for a person on manual networks: expired leases, and addresses that run low. */

import { resolveWithdrawal } from '../../contract/operator/claims.ts';
import { importAddresses } from '../../contract/operator/manual-deposits.ts';
import { isoTime } from '../../contract/text.ts';
import type { AddressStock } from '../../query/address-stock.ts';
import type { Row } from '../../store/tables.ts';
import { namesOf } from '../views/operator-name.ts';
import { actionsOf, everyRow, inboxSource, oldestBehind } from './inbox-source.ts';
import { itemsOf } from './withdrawal-sources.ts';

type Expired = { readonly row: Row<'withdrawals'>; readonly claim: Row<'withdrawal_claims'> | undefined };

export const expiredLeases = inboxSource<Expired>({
  kind: 'unknown-outcome',
  async read({ reads }, after, limit) {
    const rows = await everyRow((...page) => reads.withdrawalsUnderWay('unknown', ...page));
    const found = await reads.claimsNamed(rows.flatMap(({ claim }) => claim ?? []));
    const claims = new Map(found.map((claim) => [claim.id, claim]));
    const waiting = rows.map((row) => {
      const claim = claims.get(row.claim ?? '');
      return { seq: row.seq, since: claim?.expiresAt ?? row.appliedAt, row: { row, claim } };
    });
    return oldestBehind(waiting, after, limit);
  },
  async render(parts, viewer, waiting) {
    const claims = new Map(waiting.map(({ row: { row, claim } }) => [row.id, claim]));
    const owners = [...claims.values()].flatMap((claim) => claim?.owner ?? []);
    const names = await namesOf(parts.reads, owners);
    const isToken = viewer.principal?.kind === 'token';
    const withdrawals = waiting.map(({ row: { row }, ...place }) => ({ ...place, row }));
    return itemsOf('unknown-outcome', parts, withdrawals, (row) => {
      const claim = claims.get(row.id);
      const who = names.get(claim?.owner ?? '') ?? 'Somebody';
      const when = claim === undefined ? '' : ` at ${isoTime(claim.expiresAt)}`;
      return {
        reason: `${who} has claimed it, and the lease expired${when} without a report: it may have been sent. Find out whether it was, then resolve it.`,
        actions: isToken ? [] : actionsOf(viewer, row.id, [resolveWithdrawal]),
        excluded: isToken ? 'A person must decide, not an API token.' : null,
      };
    });
  },
});

export const lowAddresses = inboxSource<AddressStock & { readonly lowSince: number }>({
  kind: 'low-addresses',
  async read({ lowAddresses: read }, after, limit) {
    const groups = await read();
    const waiting = groups.map((row, index) => ({ seq: index + 1, since: row.lowSince, row }));
    return oldestBehind(waiting, after, limit);
  },
  render: async (_parts, viewer, waiting) =>
    waiting.map(({ row: { addressGroup, network, free }, since }) => ({
      id: `low-addresses:${addressGroup}`,
      kind: 'low-addresses',
      since,
      subject: { kind: 'network', id: network, path: `/operator/v1/networks/${network}/addresses` },
      account: null,
      reason: `Only ${free} imported deposit addresses of the group ${addressGroup} are left for customers; import more.`,
      asset: null,
      network,
      amount: null,
      destination: null,
      actions: actionsOf(viewer, network, [
        // cast: the path of an operation begins so.
        { ...importAddresses, path: importAddresses.path.replace('{network}', '{id}') as '/operator/v1/' },
      ]),
      excluded: null,
    })),
});
