/** An exchange that has several rows in every list of the APIs. */
import assert from 'node:assert/strict';
import { deriveAddress } from '../../src/domain/address/address.ts';
import type { Credentials, Exchange } from '../support/exchange.ts';
import { credit, done, openCustomer, reaches, signed, strangerAddress, withdraw } from './operator-client.ts';

/** A master and one of its sub-accounts. */
type Parties = { readonly master: Credentials; readonly sub: Credentials };

/** The minimum number of rows in each list. */
export const rowsOfEach = 5;
const reason = 'a test';
export const masterEmail = 'master@x.com';
export const subEmail = 'sub@x.com';
const ripple = { scale: 6, networks: [{ network: 'XRP', minConfirm: 1, unlockConfirm: 1 }] };
const dollar = { networks: [{ network: 'BSC', minConfirm: 1, unlockConfirm: 1 }] };
const upTo = Array.from({ length: rowsOfEach }, (_, index) => index);
const strangerAt = (number: number) =>
  deriveAddress({ addressFormat: 'ripple' }, new Uint8Array(32).fill(number));

/** Several rows in every list, of different accounts where the list shows accounts. */
export async function fillLists(exchange: Exchange): Promise<Parties> {
  const master = await openCustomer(exchange, masterEmail);
  await done(exchange, 'POST', '/accounts', { email: subEmail, master: masterEmail });
  const sub = await done(exchange, 'POST', `/accounts/${subEmail}/api-keys`, {});
  const parties = { master, sub };
  await done(exchange, 'PUT', '/assets/XRP', ripple);
  await done(exchange, 'PUT', '/assets/BNB', { networks: [{ network: 'BSC' }] });
  await done(exchange, 'PUT', '/assets/BUSD', dollar);
  // The custody of others, so that a deposit that was spent can be taken back.
  await credit(exchange, masterEmail, 'BUSD', '100');
  for (const asset of ['ETH', 'BNB']) await done(exchange, 'PUT', `/prices/${asset}`, { price: '1' });
  await done(exchange, 'PUT', '/settings', { dustLimitBtc: null });
  await done(exchange, 'PUT', '/networks/HAND', { addressFormat: 'opaque', connector: 'manual' });
  await done(exchange, 'PUT', '/assets/HAND', { networks: [{ network: 'HAND' }] });
  await credit(exchange, masterEmail, 'ETH', '100');
  const { address } = await signed(exchange, master, 'GET', '/wapi/v3/depositAddress.html', {
    asset: 'XRP',
  });
  for (const index of upTo) await fillFor(exchange, parties, index, address);
  await done(exchange, 'POST', '/chain/blocks', { network: 'XRP', count: 2 });
  const { deposits } = await done(exchange, 'GET', '/deposits?unattributed=true');
  assert.equal(deposits.length, 2 * rowsOfEach);
  for (const [index, { id }] of deposits.slice(0, rowsOfEach).entries())
    await done(exchange, 'POST', `/deposits/${id}/return`, { address: strangerAt(index), reason });
  await fillOwed(exchange);
  return parties;
}

/** Each customer has spent a deposit that is reorganised away. */
async function fillOwed(exchange: Exchange): Promise<void> {
  await done(exchange, 'POST', '/chain/blocks', { network: 'BSC', count: 2 });
  for (const index of upTo) {
    const spent = { asset: 'BUSD', amount: '1', reason };
    await done(exchange, 'POST', `/accounts/customer${index}@x.com/debit`, spent);
  }
  const lost = { network: 'BSC', count: 2, dropDeposits: true };
  await done(exchange, 'POST', '/chain/reorganisations', lost);
}

/** One row more in each list of the master, and a customer with a sub-account, a withdrawal and a deposit. */
async function fillFor(
  exchange: Exchange,
  { master, sub }: Parties,
  index: number,
  shared: string,
): Promise<void> {
  const email = `customer${index}@x.com`;
  const customer = await openCustomer(exchange, email);
  const child = `child${index}@x.com`;
  await done(exchange, 'POST', '/accounts', { email: child, master: masterEmail });
  await done(exchange, 'POST', '/accounts', { email: `child-of-${email}`, master: email });
  await credit(exchange, email, 'ETH', '10');
  for (const each of [customer, master]) {
    const { status, text, body } = await withdraw(exchange, each, { address: strangerAddress(index) });
    assert.equal(status, 200, text);
    await reaches(exchange, body.id, 'broadcast');
  }
  await credit(exchange, email, 'HAND', '1');
  const byHand = { asset: 'HAND', address: 'far-away', amount: '1' };
  await signed(exchange, customer, 'POST', '/wapi/v3/withdraw.html', byHand);
  const questioned = { coin: 'ETH', address: strangerAddress(index), amount: '1', questionnaire: '{}' };
  await signed(exchange, master, 'POST', '/sapi/v1/localentity/withdraw/apply', questioned);
  for (const each of [customer, master, sub]) {
    const own = await signed(exchange, each, 'GET', '/wapi/v3/depositAddress.html', { asset: 'XRP' });
    const deposit = { asset: 'XRP', address: own.address, addressTag: own.addressTag, amount: '1' };
    await done(exchange, 'POST', '/deposits', deposit);
  }
  const { address } = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', {
    asset: 'BUSD',
  });
  await done(exchange, 'POST', '/deposits', { asset: 'BUSD', address, amount: '1' });
  for (const addressTag of [`77${index}`, `88${index}`])
    await done(exchange, 'POST', '/deposits', { asset: 'XRP', address: shared, addressTag, amount: '5' });
  for (const toEmail of [child, subEmail]) {
    const move = { fromEmail: masterEmail, toEmail, asset: 'ETH', amount: '1' };
    await signed(exchange, master, 'POST', '/wapi/v3/sub-account/transfer.html', move);
  }
  await signed(exchange, master, 'POST', '/sapi/v1/asset/dust', 'asset=ETH');
  await credit(exchange, masterEmail, 'ETH', '100');
  const dividend = { asset: 'BNB', holdersOf: 'ETH', total: '100', info: 'a gift', reason };
  await done(exchange, 'POST', '/dividends', dividend);
  await done(exchange, 'POST', `/accounts/${masterEmail}/notes`, { text: `note ${index}` });
  await done(exchange, 'PUT', '/policies', { rules: [{ name: `rule ${index}`, decision: 'auto' }] });
  await done(exchange, 'POST', '/changes', { operation: 'payDividend', body: dividend, reason });
}
