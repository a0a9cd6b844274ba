import { unwrap } from '../../command/outcome.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/manual-deposits.ts';
import { readAddressStock } from '../../query/address-stock.ts';
import { implement, orReplayed } from '../handler.ts';
import { viewReply } from '../views/deposit-view.ts';
import { readOutput } from './deposit-input.ts';

export const importAddresses = implement(
  operations.importAddresses,
  async ({ path: { network }, body, idempotency }, operator, { commands }) => {
    const addresses = body.addresses.map(({ address, addressTag = '' }) => ({ address, addressTag }));
    const input = { network, addresses, operator, idempotency };
    const outcome = unwrap(await commands.submit('importAddresses', input));
    if (isRejection(outcome)) return outcome;
    return orReplayed({ imported: outcome.done.imported }, outcome.done);
  },
);

export const countAddresses = implement(
  operations.countAddresses,
  async ({ path: { network } }, _operator, { catalog, reads }) => {
    const group = catalog().networks.get(network)?.addressGroup;
    if (group === undefined) return reject('network-unknown', { network });
    const stock = await readAddressStock(reads, catalog());
    const { free, low } = stock.find(({ addressGroup }) => addressGroup === group) ?? { free: 0, low: false };
    return { addressGroup: group, free, low };
  },
);

export const reportDeposit = implement(
  operations.reportDeposit,
  async ({ path, body: { confirmations, blockHeight, gone = false, ...given } }, operator, parts) => {
    const { network } = path;
    const asset = parts.catalog().assets.get(given.asset);
    if (asset === undefined) return reject('asset-unknown', { asset: given.asset });
    const rules = parts.catalog().networks.get(network);
    if (rules === undefined) return reject('network-unknown', { network });
    const output = readOutput(given, asset, rules);
    if (isRejection(output)) return output;
    const report = { output, confirmations, blockHeight, gone };
    const outcome = unwrap(await parts.chainService.reportDeposit(report, operator));
    if (isRejection(outcome)) return outcome;
    const { deposit, email } = outcome.done;
    return viewReply(parts, deposit, email, null);
  },
);
