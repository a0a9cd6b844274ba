import { present } from '../../boundary/present.ts';
import { unwrap } from '../../command/outcome.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/deposits.ts';
import { deriveTransactionId } from '../../domain/address/address.ts';
import { networkOf } from '../../domain/catalog/catalog.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorParts, orReplayed } from '../handler.ts';
import { seedOf } from '../idempotency.ts';
import { type DepositView, viewDeposits, viewReply } from '../views/deposit-view.ts';
import { readOutput } from './deposit-input.ts';
import { accountNamed, decimalOf } from './subject.ts';

export const createDeposit = implement(
  operations.createDeposit,
  async ({ body, idempotency }, operator, parts) => {
    const catalog = parts.catalog();
    const asset = catalog.assets.get(body.asset);
    if (asset === undefined) return reject('asset-unknown', { asset: body.asset });
    const network = body.network ?? networkOf(asset, undefined)?.network;
    // A deposit is recorded even if the asset is not, or no longer, defined on the network.
    const rules = network === undefined ? undefined : catalog.networks.get(network);
    if (network === undefined || rules === undefined)
      return reject('network-unknown', { network, asset: body.asset });
    const seed = idempotency === undefined ? parts.randomSeed() : seedOf(idempotency);
    const txId = body.txId ?? deriveTransactionId(rules, seed);
    const output = readOutput({ ...body, txId }, asset, rules);
    if (isRejection(output)) return output;
    const outcome = unwrap(await parts.chainService.receiveDeposit(output, operator, idempotency));
    if (isRejection(outcome)) return outcome;
    const { deposit, email } = outcome.done;
    return orReplayed(viewReply(parts, deposit, email, null), outcome.done);
  },
);

export const getDeposit = implement(operations.getDeposit, ({ path: { id } }, _operator, parts) =>
  viewDeposit(parts, id),
);

export const assignDeposit = implement(
  operations.assignDeposit,
  async ({ path: { id }, body: { email }, idempotency }, operator, parts) => {
    const outcome = unwrap(
      await parts.commands.submit('assignDeposit', { operator, id, email, idempotency }),
    );
    if (isRejection(outcome)) return outcome;
    const { deposit, email: owner } = outcome.done;
    return orReplayed(viewReply(parts, deposit, owner, null), outcome.done);
  },
);

export const returnDeposit = implement(
  operations.returnDeposit,
  async ({ path: { id }, body: { fee, address, addressTag }, idempotency }, operator, parts) => {
    const decimalFee = fee === undefined ? undefined : decimalOf(fee);
    const input = { operator, id, address, addressTag, fee: decimalFee, idempotency };
    const outcome = unwrap(await parts.commands.submit('returnDeposit', input));
    if (isRejection(outcome)) return outcome;
    const { deposit, withdrawalId } = outcome.done;
    return orReplayed(viewReply(parts, deposit, null, withdrawalId), outcome.done);
  },
);

export const reverseDeposit = implement(
  operations.reverseDeposit,
  async ({ path: { id }, idempotency }, operator, parts) => {
    const outcome = unwrap(await parts.commands.submit('reverseDeposit', { operator, id, idempotency }));
    if (isRejection(outcome)) return outcome;
    const { deposit, email } = outcome.done;
    return orReplayed(viewReply(parts, deposit, email, null), outcome.done);
  },
);

export const putDepositAddress = implement(
  operations.putDepositAddress,
  async ({ path: { email }, body: { reason: _, ...assignment } }, operator, parts) => {
    const outcome = unwrap(
      await parts.commands.submit('assignDepositAddress', { ...assignment, operator, email }),
    );
    if (isRejection(outcome)) return outcome;
    const { asset, network } = assignment;
    return { email: normaliseEmail(email), asset, ...viewAddress(outcome.done), network };
  },
);

export const listDepositAddresses = implement(
  operations.listDepositAddresses,
  async ({ path: { email } }, _operator, parts) => {
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    const rows = await parts.reads.rows('deposit_addresses', { accountId: account.id });
    const byTime = rows.toSorted((a, b) => a.createdAt - b.createdAt);
    return { depositAddresses: byTime.map(viewAddress) };
  },
);

export function viewAddress(row: Row<'deposit_addresses'>) {
  return {
    addressGroup: row.addressGroup,
    network: row.network,
    address: row.address,
    addressTag: row.addressTag,
    createdAt: row.createdAt,
    retiredAt: row.retiredAt,
  };
}

async function viewDeposit(
  parts: OperatorParts,
  id: string,
): Promise<DepositView | Rejection<'deposit-unknown'>> {
  const row = await parts.reads.row('deposits', { id });
  if (row === undefined) return reject('deposit-unknown', { id });
  const [view] = await viewDeposits(parts, [row]);
  return present(view);
}
