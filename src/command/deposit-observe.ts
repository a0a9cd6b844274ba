/**
 * A transaction to one of our addresses was seen on the chain: a pending deposit. Seen twice it is one deposit.
 */
import { reject } from '../contract/errors.ts';
import { depositAddressAt, depositOfTransaction } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import { Draft, type Operator } from './draft.ts';

export type ObservedTransaction = {
  readonly network: string;
  readonly txId: string;
  /** The comparable spelling. */
  readonly addressKey: string;
  readonly addressTag: string;
  readonly asset: string;
  readonly amount: bigint;
  /** Who put it on a simulated chain, if anybody did. */
  readonly operator?: Operator | undefined;
};

export const observeDeposit: Command<
  ObservedTransaction,
  { readonly id: string; readonly seenBefore: boolean }
> = {
  name: 'deposit-observe',
  prefetch: [
    ({ network, addressKey, addressTag }) => [depositAddressAt(network, addressKey, addressTag)],
    ({ network, txId, addressKey, addressTag }, rows) => {
      const owner = rows.one(depositAddressAt(network, addressKey, addressTag));
      return owner ? [depositOfTransaction(network, txId, owner.address, addressTag)] : [];
    },
  ],
  decide({ network, txId, addressKey, addressTag, asset, amount, operator }, rows, context) {
    const owner = rows.one(depositAddressAt(network, addressKey, addressTag));
    if (owner === undefined || owner.asset !== asset) {
      return reject('operator-not-found', { what: `deposit address for ${asset} on ${network} like that` });
    }
    const known = rows
      .all(depositOfTransaction(network, txId, owner.address, addressTag))
      .find((row) => row.asset === asset);
    if (known !== undefined) return { reply: { id: known.id, seenBefore: true }, writes: [] };
    const id = context.ids.recordId();
    const draft = new Draft(rows, context);
    draft.write({
      insert: 'deposits',
      row: {
        id,
        account_id: owner.account_id,
        asset,
        network,
        address: owner.address,
        address_tag: addressTag,
        tx_id: txId,
        amount,
        status: 0,
        confirmations: 0,
        inserted_at: context.nowMs,
      },
    });
    if (operator)
      draft.audit(operator, 'deposit-create', id, { asset, network, txId, amountUnits: `${amount}` });
    return draft.reply({ id, seenBefore: false });
  },
};
