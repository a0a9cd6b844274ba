/** An operator brings an account's deposit address from another system. Bringing the same one again changes nothing. */
import { reject } from '../contract/errors.ts';
import { defaultTagRule, readAddress } from '../domain/address/address.ts';
import { readDestination } from '../domain/address/destination.ts';
import { networkOf } from '../domain/catalog.ts';
import { normaliseEmail } from '../domain/email.ts';
import { accountByEmail, depositAddressOf } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import { type DepositAddress, destinationOf, holderLookup } from './deposit-address-issue.ts';
import { Draft, type Operator } from './draft.ts';
import { conflict, invalid, noAccount, noAsset } from './operator-refusal.ts';

export type DepositAddressAssignment = {
  readonly operator: Operator;
  readonly email: string;
  readonly asset: string;
  readonly network: string;
  readonly address: string;
  readonly addressTag?: string | undefined;
};

export const assignDepositAddress: Command<DepositAddressAssignment, DepositAddress> = {
  name: 'deposit-address-assign',
  prefetch: [
    ({ email, asset, network, address, addressTag = '' }, _rows, { catalog }) => [
      accountByEmail(normaliseEmail(email)),
      holderLookup(asset, network, { address, addressTag }, catalog),
    ],
    ({ email, asset, network }, rows) => {
      const account = rows.one(accountByEmail(normaliseEmail(email)));
      return account ? [depositAddressOf(account.id, asset, network)] : [];
    },
  ],
  decide({ operator, network, address, addressTag = '', ...assignment }, rows, context) {
    const email = normaliseEmail(assignment.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const asset = context.catalog.assets.get(assignment.asset);
    if (asset === undefined) return noAsset(assignment.asset);
    const rules = networkOf(asset, network);
    if (rules === undefined) {
      return reject('operator-not-found', { what: `network ${network} of ${asset.asset}` });
    }
    const destination = readDestination(rules, defaultTagRule(rules.addressFormat), address, addressTag);
    if (destination === 'address-invalid') return invalid(`'${address}' is no address on ${network}.`);
    if (readAddress(rules, address)?.tag !== undefined) {
      return invalid(`'${address}' carries a tag: give the address without it, and the tag as addressTag.`);
    }
    if (destination === 'address-tag-invalid') {
      return invalid(`'${addressTag}' is no address tag on ${network}.`);
    }
    const reply: DepositAddress = { address, addressTag };
    const holder = rows.one(holderLookup(asset.asset, network, reply, context.catalog));
    if (holder !== undefined) {
      return holder.account_id === account.id && holder.asset === asset.asset
        ? { reply: { address: holder.address, addressTag }, writes: [] }
        : conflict('The address is taken.');
    }
    if (rows.one(depositAddressOf(account.id, asset.asset, network)) !== undefined) {
      return conflict(`${email} has another address for ${asset.asset} on ${network}.`);
    }
    const { key, tag } = destinationOf(asset.asset, network, reply, context.catalog);
    const draft = new Draft(rows, context);
    draft.write({
      insert: 'deposit_addresses',
      row: {
        network,
        address_key: key,
        address_tag: tag,
        address,
        account_id: account.id,
        asset: asset.asset,
        created_at: context.nowMs,
      },
    });
    draft.audit(operator, 'deposit-address-assign', email, { asset: asset.asset, network, ...reply });
    return draft.reply(reply);
  },
};
