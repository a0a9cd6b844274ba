/** Operators work with the pages: customers, changes, policies, deposits, files, search, and the lab. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { done } from '../operator/operator-client.ts';
import { act, ask, askAs } from './acting.ts';
import { type ConsoleWorld, openConsole, type Person, skipWithoutChromium } from './browser.ts';

type Place = { readonly network: string; readonly withdrawFee: string };

const email = 'alice@example.com';
const customerPage = `/customers/${encodeURIComponent(email)}`;

describe('the work of operators in the console', { skip: skipWithoutChromium }, () => {
  let world: ConsoleWorld;
  let alice: Person;
  let depositId: string;

  before(async () => {
    world = await openConsole();
    // An address that customers share, with a tag that nobody has.
    const { deposits } = await done(world.exchange, 'GET', '/deposits?asset=XRP&limit=1');
    const unknown = { asset: 'XRP', address: deposits[0].address, addressTag: '4000000001', amount: '3' };
    ({ id: depositId } = await done(world.exchange, 'POST', '/deposits', unknown));
    alice = await world.signIn('alice', ['administrator', 'treasurer', 'support']);
  });
  after(() => world.close());

  const askOperator = (method: string, path: string, body?: object) => askAs(alice, method, path, body);
  const shows = (person: Person, words: string) => person.page.getByText(words).first().waitFor();

  test('a customer is frozen and unfrozen', async () => {
    await alice.open(customerPage);
    await act(alice, 'Freeze', { reason: 'a test' });
    await alice.page.locator('main').getByRole('button', { name: 'Unfreeze' }).waitFor();
    await act(alice, 'Unfreeze');
    await alice.page.locator('main').getByRole('button', { name: 'Freeze', exact: true }).waitFor();
  });

  test('an account is opened, and its page is shown', async () => {
    await alice.open('/customers');
    await act(alice, 'Open account', { email: 'new@example.com', reason: 'a test' });
    await alice.page.getByRole('heading', { name: 'new@example.com' }).waitFor();
  });

  test('a credit that is proposed is carried out when another person approves it in another browser', async () => {
    const bob = await world.signIn('bob', ['treasurer']);
    await alice.open(customerPage);
    const credit = { asset: 'ETH', amount: '7', reason: 'case 71' };
    await act(alice, 'Credit', credit, 'Propose to a second person');
    await shows(alice, 'Credit: proposed.');
    await bob.open('/changes');
    await bob.page.locator('table a').first().click();
    await act(bob, 'Approve');
    await shows(bob, 'approved');
    await bob.open(customerPage);
    await shows(bob, '29');
    bob.assertClean();
    await bob.close();
  });

  test('a credit whose reply was lost is not booked twice when its button is pressed again', async () => {
    const before = (await askOperator('GET', `/accounts/${email}/balances`)).balances;
    await alice.open(customerPage);
    const { page } = alice;
    await page.route(
      '**/credit',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await page.locator('main').getByRole('button', { name: 'Credit', exact: true }).click();
    const dialog = page.locator('dialog[open]');
    for (const [name, value] of Object.entries({ asset: 'ETH', amount: '3', reason: 'case 73' }))
      await dialog.locator(`[name="${name}"]`).fill(value);
    const press = () => dialog.getByRole('button', { name: 'Credit', exact: true }).click();
    await press();
    await dialog.getByText('cannot be reached').waitFor();
    await press();
    await dialog.waitFor({ state: 'detached' });
    const after = (await askOperator('GET', `/accounts/${email}/balances`)).balances;
    const freeOf = (rows: readonly { asset: string; free: string }[]) =>
      Number(rows.find(({ asset }) => asset === 'ETH')?.free);
    assert.equal(freeOf(after), freeOf(before) + 3);
    alice.forgive(/ERR_FAILED/);
  });

  test('an asset is defined on a new network, and a second network is added to it', async () => {
    await alice.open('/assets');
    const terms = { withdrawFee: '0.1', withdrawMinimum: '0.2', minConfirm: '3', unlockConfirm: '3' };
    const dialog = await ask(alice, 'Define asset', {
      asset: 'NEW',
      name: 'New coin',
      scale: '6',
      network: 'NEWNET',
      addressFormat: 'evm',
      ...terms,
    });
    await dialog.getByText('NEW with 6 decimals on NEWNET; a withdrawal costs 0.1 NEW').waitFor();
    await dialog.getByRole('button', { name: 'Define asset' }).click();
    await dialog.waitFor({ state: 'detached' });
    await alice.page.getByRole('link', { name: 'NEW', exact: true }).click();
    await alice.page.getByRole('cell', { name: 'NEWNET' }).waitFor();
    await act(alice, 'Add network', { network: 'ETH' });
    await alice.page.getByRole('cell', { name: 'ETH', exact: true }).waitFor();
    const { scale, networks } = await askOperator('GET', '/assets/NEW');
    assert.deepEqual(
      [scale, networks.map(({ network, withdrawFee }: Place) => [network, withdrawFee])],
      [
        6,
        [
          ['NEWNET', '0.1'],
          ['ETH', '0'],
        ],
      ],
    );
  });

  test('a customer gets a quota, and may withdraw only to whitelisted addresses', async () => {
    await alice.open(customerPage);
    const dialog = await ask(alice, 'Change limits', { withdrawQuotaUsd: '1000' });
    await dialog.getByLabel('Only to whitelisted addresses').check();
    await dialog.getByText('at most 1000 USD in 24 hours, only to whitelisted addresses').waitFor();
    await dialog.getByRole('button', { name: 'Change limits' }).click();
    await dialog.waitFor({ state: 'detached' });
    await shows(alice, '1000');
    const { quota, whitelistOnly } = await askOperator('GET', `/accounts/${email}`);
    assert.deepEqual([quota.limitUsd, whitelistOnly], ['1000', true]);
    await askOperator('PATCH', `/accounts/${email}`, { withdrawQuotaUsd: null, whitelistOnly: false });
  });

  test('a note is written and a credit proposed with the keyboard alone, and the focus returns', async () => {
    await alice.open(customerPage);
    const { keyboard } = alice.page;
    const openByKey = async (label: string) => {
      const button = alice.page.locator('main').getByRole('button', { name: label, exact: true });
      await button.focus();
      await keyboard.press('Enter');
      await alice.page.locator('dialog[open]').waitFor();
      return button;
    };
    const hasFocus = (button: Awaited<ReturnType<typeof openByKey>>) =>
      button.evaluate((each) => each === document.activeElement);
    const note = await openByKey('Add note');
    await keyboard.type('called at noon');
    await keyboard.press('Escape');
    await alice.page.locator('dialog').waitFor({ state: 'detached' });
    assert.ok(await hasFocus(note), 'after Escape');
    await openByKey('Add note');
    await keyboard.type('called at noon');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await alice.page.locator('dialog').waitFor({ state: 'detached' });
    await shows(alice, 'called at noon');
    assert.ok(await hasFocus(note), 'after the note');

    const credit = await openByKey('Credit');
    for (const word of ['ETH', '4', '', 'case 75']) {
      await keyboard.press('Control+A');
      await keyboard.type(word);
      await keyboard.press('Tab');
    }
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await alice.page.locator('dialog').waitFor({ state: 'detached' });
    assert.ok(await hasFocus(credit), 'after the proposal');
    const { changes } = await askOperator('GET', '/changes?pending=true');
    const proposed = changes.find(({ reason }: { reason: string }) => reason === 'case 75');
    assert.deepEqual([proposed.operation, proposed.body.amount], ['creditAccount', '4']);
  });

  test('an asset shows its price, and gets a new price', async () => {
    await alice.open('/assets/ETH');
    await act(alice, 'Set price', { price: '3210.5' });
    await shows(alice, '3210.5');
    const { prices } = await askOperator('GET', '/prices');
    assert.equal(prices.find(({ asset }: { asset: string }) => asset === 'ETH').price, '3210.5');
  });

  test('a policy is rehearsed without being put in force', async () => {
    await alice.open('/policy');
    await alice.page.getByRole('button', { name: 'Add rule' }).click();
    await alice.page.getByRole('button', { name: 'Rehearse' }).click();
    await shows(alice, 'Would have waited');
    await alice.open('/policy');
    await shows(alice, 'No policy is in force');
  });

  test('an unattributed deposit is assigned', async () => {
    await alice.open(`/deposits/${depositId}`);
    await act(alice, 'Assign', { email, reason: 'case 72' });
    await shows(alice, email);
  });

  test('a list is saved as CSV', async () => {
    await alice.open('/deposits?asset=BTC');
    const [download] = await Promise.all([
      alice.page.waitForEvent('download'),
      alice.page.getByRole('link', { name: 'Download CSV' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'deposits.csv');
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    assert.match(lines[0] as string, /^id,email,asset/);
    assert.ok(lines.length > 1 && lines.slice(1).every((line) => line.includes('BTC')), lines.join('\n'));
  });

  test('the search box is reached by a key, and finds e-mails by how they begin, and ids', async () => {
    await alice.open('/deposits');
    await alice.page.keyboard.press('/');
    await alice.page.keyboard.type('al');
    await alice.page.keyboard.press('Enter');
    await alice.page.waitForURL(/customers\/alice|search/);
    await shows(alice, email);
    await alice.open(`/search?q=${depositId}`);
    await alice.page.waitForURL(`**/deposits/${depositId}`);
  });

  test('people who may not manage operators find an operator in the audit trail', async () => {
    const vera = await world.signIn('vera', ['viewer']);
    await vera.open('/search?q=vera');
    await vera.page.waitForURL('**/audit?actor=operator%3Avera');
    await vera.page.locator('td', { hasText: 'operator sign in' }).first().waitFor();
    vera.assertClean();
    await vera.close();
  });

  test('where access needs a second person, it is proposed, and its approver gets the link', async () => {
    const second = await world.signIn('second', ['administrator']);
    world.freshenProofs();
    await askAs(second, 'PUT', '/policies', { rules: [], changes: [{ kind: 'operators' }] }).catch(
      () => undefined,
    );
    await alice.open('/access');
    const dialog = await ask(alice, 'Create operator', { name: 'nina', reason: 'a test' });
    await dialog.getByLabel('approver').check();
    await dialog.getByRole('button', { name: 'Propose to a second person' }).click();
    await shows(alice, 'Create operator: proposed.');
    await second.open('/inbox');
    const row = second.page.locator('tr', { hasText: 'createOperator' });
    assert.equal(await row.getByRole('button', { name: 'Approve' }).count(), 0, 'not without its roles');
    await second.page.keyboard.press('j');
    while ((await row.and(second.page.locator('[aria-selected=true]')).count()) === 0)
      await second.page.keyboard.press('j');
    await second.page.keyboard.press('a');
    await shows(second, 'approver');
    const approving = await ask(second, 'Approve');
    await approving.getByRole('button', { name: 'Approve', exact: true }).click();
    const link = (await approving.locator('code').textContent()) ?? '';
    assert.match(link, /\/accept#bursar_link_/);
    // The link works also in a browser where somebody else has signed in.
    await second.page.goto(link);
    await second.page.fill('input[name=password]', 'correct horse battery staple');
    await second.page.keyboard.press('Enter');
    await second.page.locator('.who', { hasText: 'nina' }).waitFor();
    second.assertClean();
    await second.close();
  });

  test('a policy names the role and the value for changes that need a second person', async () => {
    // The editor must keep several rules of one kind.
    const large = { kind: 'credit', aboveUsd: '90000', role: 'administrator' };
    world.freshenProofs();
    await askOperator('PUT', '/policies', { rules: [], changes: [{ kind: 'credit' }, large] });
    await alice.open('/policy');
    const rows = alice.page.locator('.rule.change');
    await rows.first().getByLabel('Role').selectOption('approver');
    await rows.first().getByLabel('Above USD').fill('1000');
    await alice.page.getByLabel('policy', { exact: true }).check();
    await act(alice, 'Put in force');
    const { policies } = await askOperator('GET', '/policies');
    const credit = { kind: 'credit', aboveUsd: '1000', role: 'approver' };
    assert.deepEqual(policies.at(-1).changes, [credit, large, { kind: 'policy' }]);
  });

  test('in the lab the clock is advanced, a fault is armed, and a world is created and forked', async () => {
    await alice.open('/lab/clock');
    await alice.page.getByRole('button', { name: '+10m' }).click();
    await shows(alice, 'Work that ran');
    await alice.open('/lab/faults');
    await act(alice, 'Arm');
    await alice.page.locator('section').first().getByText('commit-then-504').waitFor();
    await alice.open('/lab/worlds');
    for (const [label, name] of [
      ['Create world', 'first'],
      ['Fork', 'second'],
    ] as const) {
      await alice.page.locator('main').getByRole('button', { name: label, exact: true }).click();
      const dialog = alice.page.locator('dialog[open]');
      await dialog.locator('[name="name"]').fill(name);
      await dialog.getByRole('button', { name: label, exact: true }).click();
      await dialog.getByText(`The world ${name} is ready`).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await alice.open(`/lab/worlds/${name}`);
    }
    await shows(alice, 'Made of');
    alice.assertClean();
  });
});
