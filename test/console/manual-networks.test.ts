/** Manual networks in the console: people claim withdrawals, and report their outcomes and deposits. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { done } from '../operator/operator-client.ts';
import type { Credentials } from '../support/exchange.ts';
import { act, ask, askAs, offeredTo } from './acting.ts';
import { type ConsoleWorld, openConsole, type Person, skipWithoutChromium } from './browser.ts';

const email = 'alice@example.com';
const outside = `0x${'ab'.repeat(20)}`;
const txOf = (digit: string) => `0x${digit.repeat(64)}`;

describe('manual networks in the console', { skip: skipWithoutChromium }, () => {
  let world: ConsoleWorld;
  let ann: Person;
  let bob: Person;
  let key: Credentials;

  before(async () => {
    world = await openConsole();
    const ok = (method: string, path: string, body: object) => done(world.exchange, method, path, body);
    const network = { addressFormat: 'evm', addressGroup: 'HAND', connector: 'manual' };
    await ok('PUT', '/networks/HAND', network);
    const terms = { withdrawFee: '0.1', withdrawMinimum: '0.2', minConfirm: 2, unlockConfirm: 2 };
    await ok('PUT', '/assets/HND', { networks: [{ network: 'HAND', ...terms }] });
    await ok('POST', `/accounts/${email}/credit`, { asset: 'HND', amount: '50', reason: 'a test' });
    key = (await ok('POST', `/accounts/${email}/api-keys`, {})) as Credentials;
    ann = await world.signIn('ann', ['treasurer']);
    bob = await world.signIn('bob', ['signer']);
  });
  after(() => world.close());

  const withdraw = async (): Promise<string> => {
    const order = { coin: 'HND', address: outside, amount: '1' };
    return (await world.exchange.signed(key, 'POST', '/sapi/v1/capital/withdraw/apply', order)).body.id;
  };
  const stageOf = async (id: string) => (await askAs(ann, 'GET', `/withdrawals/${id}`)).stage;
  /** The value of a named fact on the current page. */
  const fact = (person: Person, name: string) =>
    person.page.locator('.facts > div', { has: person.page.getByText(name, { exact: true }) }).locator('dd');
  const assertOffers = async (person: Person, labels: readonly string[]) =>
    assert.deepEqual(await offeredTo(person), labels);

  test('defining a manual network makes the page Settlement appear without a reload', async (t) => {
    const other = await openConsole();
    t.after(() => other.close());
    const [olga, vera] = await Promise.all([
      other.signIn('olga', ['administrator']),
      other.signIn('vera', ['viewer']),
    ]);
    const settlement = vera.page.getByRole('link', { name: 'Settlement' });
    assert.equal(await settlement.count(), 0);
    await olga.open('/networks');
    const terms = { network: 'OSMO', addressFormat: 'cosmos', addressHrp: 'osmo' };
    await act(olga, 'Define network', { ...terms, explorerUrl: 'https://osmo.example/address/' });
    const { connector, addressHrp } = await askAs(olga, 'GET', '/networks/OSMO');
    assert.deepEqual([connector, addressHrp], ['manual', 'osmo']);
    await olga.page.getByRole('link', { name: 'OSMO' }).waitFor();
    await settlement.waitFor();
    for (const person of [olga, vera]) person.assertClean();
  });

  test('a person claims a withdrawal, reports its transaction and its confirmations, and others see who claimed it', async () => {
    const id = await withdraw();
    await bob.open('/settlement');
    await bob.page
      .locator('section', { hasText: 'To be claimed' })
      .getByRole('row')
      .getByRole('link')
      .first()
      .click();
    await bob.page.waitForURL(`**/withdrawals/${id}`);
    const claiming = await ask(bob, 'Claim', { minutes: '5' });
    await claiming.getByText(`send 0.9 HND to ${outside}`).waitFor();
    await claiming.getByRole('button', { name: 'Claim', exact: true }).click();
    await claiming.waitFor({ state: 'detached' });
    await assertOffers(bob, ['Report transaction', 'Not sent', 'Extend', 'Release']);
    await ann.open(`/withdrawals/${id}`);
    assert.equal(await fact(ann, 'Claimed by').textContent(), 'bob');
    assert.match((await fact(ann, 'Lease ends').textContent()) ?? '', /\d+:\d+/);
    await assertOffers(ann, []);

    await act(bob, 'Report transaction', { txId: txOf('A') });
    await bob.page.getByRole('cell', { name: '0 of 2' }).waitFor();
    await assertOffers(bob, ['Report confirmations', 'Report replacement', 'Not sent']);
    await ann.page.getByRole('cell', { name: '0 of 2' }).waitFor();
    await assertOffers(ann, ['Report confirmations', 'Not sent']);
    await act(bob, 'Report confirmations', { confirmations: '1' });
    await bob.page.getByRole('cell', { name: '1 of 2' }).waitFor();
    await assertOffers(bob, ['Report confirmations', 'Report replacement']);
    const last = await ask(bob, 'Report confirmations', { confirmations: '2' });
    await last.getByText('1 HND is completed: 0.9 HND has left custody').waitFor();
    await last.getByRole('button', { name: 'Report confirmations' }).click();
    await last.waitFor({ state: 'detached' });
    assert.equal(await stageOf(id), 'completed');
    await assertOffers(bob, []);
  });

  test('a claim whose reply was lost succeeds when repeated; a withdrawal reported as not sent fails', async () => {
    const id = await withdraw();
    await ann.open(`/withdrawals/${id}`);
    await ann.page.route(
      '**/claim',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    const dialog = await ask(ann, 'Claim');
    const press = () => dialog.getByRole('button', { name: 'Claim', exact: true }).click();
    await press();
    await dialog.getByText('cannot be reached').waitFor();
    await press();
    await dialog.waitFor({ state: 'detached' });
    ann.forgive(/ERR_FAILED/);
    await act(ann, 'Extend', { minutes: '60' });
    const unsent = await ask(ann, 'Not sent', { reason: 'the address is frozen' });
    await unsent.getByText(`${email} gets 1 HND back`).waitFor();
    await unsent.getByRole('button', { name: 'Not sent' }).click();
    await unsent.waitFor({ state: 'detached' });
    assert.equal(await stageOf(id), 'failed');
  });

  test('a claim is released, and a queued withdrawal is failed before anybody claims it', async () => {
    const id = await withdraw();
    await ann.open(`/withdrawals/${id}`);
    await act(ann, 'Claim');
    await act(ann, 'Release');
    assert.equal(await stageOf(id), 'queued');
    await ann.page.getByRole('button', { name: 'Claim' }).waitFor();
    await assertOffers(ann, ['Claim', 'Fail']);
    await bob.open(`/withdrawals/${id}`);
    await assertOffers(bob, ['Claim']);
    await act(ann, 'Fail', { reason: 'the customer wants it back' });
    assert.equal(await stageOf(id), 'failed');
  });

  test('the owner replaces a transaction, and the confirmed one completes the withdrawal', async () => {
    const id = await withdraw();
    await bob.open(`/withdrawals/${id}`);
    await act(bob, 'Claim');
    await act(bob, 'Report transaction', { txId: txOf('b') });
    await act(bob, 'Report replacement', { txId: txOf('c') });
    await act(bob, 'Report confirmations', { txId: txOf('b'), confirmations: '2' });
    const { stage, txId } = await askAs(ann, 'GET', `/withdrawals/${id}`);
    assert.deepEqual([stage, txId], ['completed', txOf('b')]);
  });

  test('a withdrawal whose lease has expired is resolved', async () => {
    const id = await withdraw();
    await askAs(bob, 'POST', `/withdrawals/${id}/claim`, { leaseSeconds: 10 });
    await done(world.exchange, 'POST', '/lab/clock/advance', { by: '11s' });
    await ann.open('/settlement');
    const unknown = ann.page.locator('section', { hasText: 'Outcome unknown' });
    await unknown.getByRole('cell', { name: 'bob' }).waitFor();
    await unknown.getByRole('row').getByRole('link').first().click();
    await ann.page.waitForURL(`**/withdrawals/${id}`);
    const dialog = await ask(ann, 'Resolve', { outcome: 'not-sent-fail', reason: 'case 74' });
    await dialog.getByText('gets the whole amount back').waitFor();
    await dialog.getByRole('button', { name: 'Resolve' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await stageOf(id), 'failed');
  });

  test('a page warns of few addresses, more are imported, and a reported deposit is credited', async () => {
    await ann.open('/networks');
    const row = ann.page.getByRole('row', { name: 'HAND' }).first();
    await row.getByRole('cell', { name: 'manual', exact: true }).waitFor();
    await row.getByText('few left').waitFor();
    await row.getByRole('link', { name: 'HAND' }).click();
    await ann.page.waitForURL('**/networks/HAND');
    const addresses = ['1', '2'].map((digit) => `0x${digit.repeat(40)}`);
    const importing = await ask(ann, 'Import addresses', { addresses: `${addresses.join('\n')}\n` });
    await importing.getByText('2 addresses of HAND').waitFor();
    await importing.getByRole('button', { name: 'Import addresses' }).click();
    await importing.getByText('2 addresses were imported').waitFor();
    await importing.getByRole('button', { name: 'Close' }).click();
    await fact(ann, 'Free addresses').getByText('2').waitFor();

    const query = { coin: 'HND' };
    const { body } = await world.exchange.signed(key, 'GET', '/sapi/v1/capital/deposit/address', query);
    await act(ann, 'Report deposit', {
      asset: 'HND',
      amount: '3',
      address: body.address,
      txId: txOf('d'),
      confirmations: '1',
    });
    await ann.open('/deposits?asset=HND');
    await ann.page.getByRole('row', { name: 'pending' }).getByRole('link').first().click();
    await act(ann, 'Report confirmations', { confirmations: '2' });
    await ann.page.getByText('completed').first().waitFor();
    await fact(ann, 'Confirmations').getByText('2').waitFor();
  });

  test('no page violated the content security policy or logged an error', () => {
    ann.assertClean();
    bob.assertClean();
  });
});
