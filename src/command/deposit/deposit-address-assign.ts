/**
 * Assigns an existing address, for example from another system, to an account as its deposit address. Assigning the
 * active address again changes nothing. Another address becomes the active one; the previous one is retired but still
 * receives deposits.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { readAddress } from '../../domain/address/address.ts';
import { type Destination, readDestination } from '../../domain/address/destination.ts';
import { networkOf } from '../../domain/catalog/catalog.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { depositAddressAt, importedAnywhere, ownAddress } from '../../store/address-lookups.ts';
import { accountByEmail, networkNamed } from '../../store/lookups.ts';
import type { Command, DecisionContext, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { noAccount, noAsset } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import {
  activeAddressOf,
  addressLookups,
  currentNetwork,
  holderLookup,
  newAddress,
  useOfPool,
} from './deposit-address-issue.ts';

export type DepositAddressAssignment = {
  readonly operator: Operator;
  readonly email: string;
  readonly asset: string;
  readonly network: string;
  readonly address: string;
  readonly addressTag?: string | undefined;
};

type AssignmentError =
  | 'account-unknown'
  | 'asset-unknown'
  | 'network-unknown'
  | 'address-invalid'
  | 'address-tag-invalid'
  | 'address-contains-tag'
  | 'address-taken'
  | 'address-taken-with-tags'
  | 'address-taken-without-tag';

/** The reply is the address as committed; it does not reflect later changes. */
export const assignDepositAddress: Command<
  DepositAddressAssignment,
  Row<'deposit_addresses'>,
  AssignmentError
> = {
  name: 'deposit-address-assign',
  // A withdrawal to this address that is about to be broadcast must see the assignment.
  changesLatest: true,
  prefetch: [
    ({ email, network }) => [accountByEmail(normaliseEmail(email)), networkNamed(network)],
    ({ email, network, address, addressTag = '' }, rows) => {
      const account = rows.one(accountByEmail(normaliseEmail(email)));
      const known = currentNetwork(network, rows);
      return account && known ? ownerLookups(account.id, known, address, addressTag) : [];
    },
  ],
  decide({ operator, network: code, address, addressTag = '', ...assignment }, rows, context) {
    const email = normaliseEmail(assignment.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const asset = context.catalog.assets.get(assignment.asset);
    if (asset === undefined) return noAsset(assignment.asset);
    const network = networkOf(asset, code) && currentNetwork(code, rows);
    if (network === undefined) {
      return reject('network-unknown', { network: code, asset: asset.asset });
    }
    const place = readDestination(network, network.tag, address, addressTag);
    if (place === 'address-invalid') return reject('address-invalid', { address, network: code });
    if (readAddress(network, address)?.tag !== undefined) {
      return reject('address-contains-tag', { address });
    }
    if (place === 'address-tag-invalid') return reject('address-tag-invalid', { addressTag, network: code });
    const holder = rows.one(holderLookup(network, place));
    const isOthers = holder !== undefined && holder.accountId !== account.id;
    if (isOthers || isPooledElsewhere(place, network, account.id, rows)) return reject('address-taken');
    if (holder?.retiredAt === null) return { reply: holder, writes: [] };
    const mixed = holder ? undefined : mixedOwners(place, network, account.id, rows);
    if (mixed !== undefined) return mixed;
    const known = holder ?? newAddress(network, place, address, account.id, context.nowMs);
    const row = { ...known, address, retiredAt: null };
    const work = new UnitOfWork(rows, context);
    useOfPool(work, network, place, account.id, rows);
    activate(work, row, holder !== undefined, network, rows, context);
    work.audit(operator, 'deposit-address-assign', email, {
      asset: asset.asset,
      network: code,
      addressGroup: network.addressGroup,
      address: row.address,
      addressTag: row.addressTag,
    });
    return work.reply(row);
  },
};

function ownerLookups(accountId: number, network: Network, address: string, addressTag: string) {
  const place = readDestination(network, network.tag, address, addressTag);
  const lookups = addressLookups(accountId, network, { address, addressTag });
  if (typeof place === 'string') return lookups;
  const { addressGroup } = network;
  const { key, tag } = place;
  const others = [ownAddress(addressGroup, key), depositAddressAt(addressGroup, key, '')];
  return [...lookups, ...others, importedAnywhere(key, tag)];
}

/** Whether the address was imported for another group, which has given it to another account, or will. */
function isPooledElsewhere(
  { key, tag }: Destination,
  { addressGroup }: Network,
  accountId: number,
  rows: Rows,
): boolean {
  const imported = rows.one(importedAnywhere(key, tag));
  return imported !== undefined && imported.addressGroup !== addressGroup && imported.accountId !== accountId;
}

/**
 * An address either belongs to one account entirely, or is shared by accounts that differ by tag. Otherwise a payment
 * whose sender forgot the tag would be credited to the account that owns the address without a tag.
 */
function mixedOwners(
  { key, tag }: Destination,
  { addressGroup }: Network,
  accountId: number,
  rows: Rows,
): Rejection<'address-taken-with-tags' | 'address-taken-without-tag'> | undefined {
  if (tag === '') {
    return rows.one(ownAddress(addressGroup, key)) && reject('address-taken-with-tags');
  }
  const whole = rows.one(depositAddressAt(addressGroup, key, ''));
  return whole === undefined || whole.accountId === accountId
    ? undefined
    : reject('address-taken-without-tag');
}

/** Retires the previously active address first, because an account has at most one active address per group. */
function activate(
  work: UnitOfWork,
  row: Row<'deposit_addresses'>,
  isKnown: boolean,
  network: Network,
  rows: Rows,
  { nowMs }: DecisionContext,
): void {
  const active = activeAddressOf(row.accountId, network, rows);
  if (active !== undefined) {
    work.write({ update: 'deposit_addresses', key: keyOf(active), set: { retiredAt: nowMs } });
  }
  const set = { address: row.address, retiredAt: null };
  work.write(
    isKnown ? { update: 'deposit_addresses', key: keyOf(row), set } : { insert: 'deposit_addresses', row },
  );
}

function keyOf({ addressGroup, addressKey, addressTag }: Row<'deposit_addresses'>) {
  return { addressGroup, addressKey, addressTag };
}
