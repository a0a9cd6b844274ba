/** Every operation of the operator API in one table: its reply, its authorisation, and its audit entry. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isOfAccess, isOfLab } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { failReadsOnceDone } from '../support/late-reads.ts';
import { createKey } from '../support/world.ts';
import { operationNamed } from './operation-named.ts';
import { ask, assertRejected, ether, reaches, signed, strangerAddress } from './operator-client.ts';

type Call = { readonly path: string; readonly body?: object; readonly action?: string };

const reason = 'because';
const base = '/operator/v1';
const withReason = (path: string) => `${path}${path.includes('?') ? '&' : '?'}reason=${reason}`;
const event = {
  email: 'sub@x.com',
  symbol: 'ETHBTC',
  timeInForce: 'GTC',
  submitted: '1',
  filled: '.5',
  outcome: 'CANCELED',
};

/** Ids created by earlier operations of the table. */
const made = {
  apiKey: '',
  tranId: 0,
  deposit: '',
  confirm: '',
  cancel: '',
  approve: '',
  reject: '',
  fail: '',
  claimed: '',
  unsent: '',
  expired: '',
  change: '',
};

function remember(name: string, body: Reply['body']): void {
  if (name === 'createApiKey') made.apiKey = body.apiKey;
  if (name === 'payDividend') made.tranId = body.tranId;
  if (name === 'proposeChange') made.change = body.id;
}

/** In an order in which each can succeed; `action` is its name in the audit trail. */
const calls: readonly (readonly [string, () => Call])[] = [
  ['putAsset', () => ({ path: '/assets/ETH', body: ether, action: 'asset-put' })],
  [
    'putAsset',
    () => ({ path: '/assets/BTC', body: { networks: [{ network: 'BTC' }] }, action: 'asset-put' }),
  ],
  [
    'patchAsset',
    () => ({
      path: '/assets/BTC',
      body: { networks: [{ network: 'BTC', depositMinimum: '.001' }] },
      action: 'asset-put',
    }),
  ],
  ['getAsset', () => ({ path: '/assets/BTC' })],
  ['getAssetBooks', () => ({ path: '/assets/BTC/books' })],
  ['listAssets', () => ({ path: '/assets' })],
  ['putNetwork', () => ({ path: '/networks/BSC', body: { addressGroup: 'ETH' }, action: 'network-put' })],
  ['patchNetwork', () => ({ path: '/networks/BSC', body: { addressGroup: 'BSC' }, action: 'network-put' })],
  ['getNetwork', () => ({ path: '/networks/BSC' })],
  ['listNetworks', () => ({ path: '/networks' })],
  ['putPrice', () => ({ path: '/prices/ETH', body: { price: '2500.5' }, action: 'price-put' })],
  ['listPrices', () => ({ path: '/prices' })],
  ['putSymbol', () => ({ path: '/symbols/ETHBTC', body: symbol, action: 'symbol-put' })],
  ['listSymbols', () => ({ path: '/symbols' })],
  [
    'createAccount',
    () => ({ path: '/accounts', body: { email: 'Master@x.com', master: true }, action: 'account-open' }),
  ],
  [
    'createAccount',
    () => ({
      path: '/accounts',
      body: { email: 'sub@x.com', master: 'master@x.com' },
      action: 'account-open',
    }),
  ],
  ['listAccounts', () => ({ path: '/accounts?limit=1&offset=1' })],
  [
    'updateAccount',
    () => ({ path: '/accounts/sub%40x.com', body: { enabled: true }, action: 'account-update' }),
  ],
  [
    'putAddressBookEntry',
    () => ({
      path: '/accounts/sub@x.com/address-book',
      body: { asset: 'ETH', network: 'ETH', address: strangerAddress(9) },
      action: 'address-book-put',
    }),
  ],
  ['listAddressBook', () => ({ path: '/accounts/sub@x.com/address-book' })],
  [
    'deleteAddressBookEntry',
    () => ({
      path: `/accounts/sub@x.com/address-book?asset=ETH&network=ETH&address=${strangerAddress(9)}`,
      action: 'address-book-delete',
    }),
  ],
  ['createApiKey', () => ({ path: '/accounts/sub@x.com/api-keys', body: {}, action: 'api-key-create' })],
  ['listApiKeys', () => ({ path: '/accounts/sub@x.com/api-keys' })],
  [
    'creditAccount',
    () => ({
      path: '/accounts/sub@x.com/credit',
      body: { asset: 'ETH', amount: '100' },
      action: 'balance-adjust',
    }),
  ],
  [
    'debitAccount',
    () => ({
      path: '/accounts/sub@x.com/debit',
      body: { asset: 'ETH', amount: '1e-2' },
      action: 'balance-adjust',
    }),
  ],
  ['listOwed', () => ({ path: '/owed' })],
  ['listBalances', () => ({ path: '/accounts/sub@x.com/balances' })],
  ['getStatement', () => ({ path: '/accounts/sub@x.com/statement?from=0' })],
  [
    'putDepositAddress',
    () => ({
      path: '/accounts/sub@x.com/deposit-addresses',
      body: address,
      action: 'deposit-address-assign',
    }),
  ],
  ['listDepositAddresses', () => ({ path: '/accounts/sub@x.com/deposit-addresses' })],
  [
    'createDeposit',
    () => ({
      path: '/deposits',
      body: { asset: 'ETH', address: address.address, amount: '2' },
      action: 'deposit-create',
    }),
  ],
  ['listDeposits', () => ({ path: '/deposits' })],
  ['getDeposit', () => ({ path: `/deposits/${made.deposit}` })],
  [
    'assignDeposit',
    () => ({
      path: `/deposits/${made.deposit}/assign`,
      body: { email: 'sub@x.com', reason },
      action: 'deposit-assign',
    }),
  ],
  [
    'returnDeposit',
    () => ({
      path: `/deposits/${made.deposit}/return`,
      body: { address: rippleAddress(1), addressTag: '7', reason },
      action: 'deposit-return',
    }),
  ],
  [
    'reverseDeposit',
    () => ({ path: `/deposits/${made.deposit}/reverse`, body: { reason }, action: 'deposit-reverse' }),
  ],
  [
    'confirmWithdrawal',
    () => ({ path: `/withdrawals/${made.confirm}/confirm`, body: {}, action: 'withdrawal-confirm' }),
  ],
  [
    'cancelWithdrawal',
    () => ({ path: `/withdrawals/${made.cancel}/cancel`, body: {}, action: 'withdrawal-cancel' }),
  ],
  [
    'approveWithdrawal',
    () => ({ path: `/withdrawals/${made.approve}/approve`, body: {}, action: 'withdrawal-approve' }),
  ],
  [
    'rejectWithdrawal',
    () => ({ path: `/withdrawals/${made.reject}/reject`, body: {}, action: 'withdrawal-reject' }),
  ],
  [
    'resendWithdrawal',
    () => ({ path: `/withdrawals/${made.fail}/resend`, body: {}, action: 'withdrawal-attempt' }),
  ],
  ['failWithdrawal', () => ({ path: `/withdrawals/${made.fail}/fail`, body: {}, action: 'withdrawal-fail' })],
  [
    'importAddresses',
    () => ({
      path: '/networks/HAND/addresses',
      body: { addresses: [{ address: 'pooled' }] },
      action: 'address-import',
    }),
  ],
  ['countAddresses', () => ({ path: '/networks/HAND/addresses' })],
  [
    'reportDeposit',
    () => ({
      path: '/networks/HAND/deposits',
      body: { asset: 'HAND', address: 'pooled', amount: '3', txId: 'in', confirmations: 0 },
      action: 'deposit-create',
    }),
  ],
  ['listClaims', () => ({ path: '/claims?state=claimable' })],
  ['takeClaim', () => ({ path: `/withdrawals/${made.claimed}/claim`, body: {}, action: 'withdrawal-claim' })],
  [
    'extendClaim',
    () => ({
      path: `/withdrawals/${made.claimed}/claim/extend`,
      body: { generation: 1 },
      action: 'claim-extend',
    }),
  ],
  [
    'releaseClaim',
    () => ({
      path: `/withdrawals/${made.claimed}/claim/release`,
      body: { generation: 1, nothingSigned: true },
      action: 'claim-release',
    }),
  ],
  [
    'reportTransaction',
    () => ({
      path: `/withdrawals/${made.claimed}/transactions`,
      body: { generation: 2, txId: 'out' },
      action: 'claim-report',
    }),
  ],
  [
    'reportConfirmations',
    () => ({
      path: `/withdrawals/${made.claimed}/confirmations`,
      body: { txId: 'out', confirmations: 9 },
      action: 'claim-complete',
    }),
  ],
  [
    'reportUnsent',
    () => ({ path: `/withdrawals/${made.unsent}/unsent`, body: { reason }, action: 'claim-unsent' }),
  ],
  [
    'resolveWithdrawal',
    () => ({
      path: `/withdrawals/${made.expired}/resolve`,
      body: { outcome: 'not-sent-queue', reason },
      action: 'claim-resolve',
    }),
  ],
  ['getWithdrawal', () => ({ path: `/withdrawals/${made.fail}` })],
  ['listWithdrawals', () => ({ path: '/withdrawals?status=5' })],
  ['mineBlocks', () => ({ path: '/chain/blocks', body: { network: 'ETH', count: 2 }, action: 'chain-mine' })],
  [
    'reorganiseChain',
    () => ({
      path: '/chain/reorganisations',
      body: { network: 'ETH', count: 1 },
      action: 'chain-reorganise',
    }),
  ],
  ['listChains', () => ({ path: '/chain' })],
  ['listCustody', () => ({ path: '/custody' })],
  ['getOverview', () => ({ path: '/overview' })],
  ['listBooks', () => ({ path: '/books' })],
  ['payDividend', () => ({ path: '/dividends', body: dividend, action: 'dividend-distribute' })],
  ['listDividends', () => ({ path: '/dividends?limit=5' })],
  ['getDividend', () => ({ path: `/dividends/${made.tranId}` })],
  [
    'recordOrderEvents',
    () => ({ path: '/order-events', body: { events: [event] }, action: 'order-events-record' }),
  ],
  [
    'putTradingLock',
    () => ({ path: '/accounts/sub@x.com/trading-lock', body: { locked: true }, action: 'trading-lock-put' }),
  ],
  ['putSettings', () => ({ path: '/settings', body: { dustIntervalHours: 6 }, action: 'settings-put' })],
  ['resealSecrets', () => ({ path: '/secrets/reseal', body: {}, action: 'secrets-reseal' })],
  ['getSettings', () => ({ path: '/settings' })],
  [
    'putSystemStatus',
    () => ({ path: '/system-status', body: { status: 0, msg: 'open again' }, action: 'settings-put' }),
  ],
  [
    'putPolicy',
    () => ({ path: '/policies', body: { rules: [largeNeedTwo] }, action: 'approval-policy-put' }),
  ],
  ['listPolicies', () => ({ path: '/policies' })],
  ['rehearsePolicy', () => ({ path: '/policies/rehearse', body: { rules: [largeNeedTwo], days: 1 } })],
  [
    'putAccountTags',
    () => ({ path: '/accounts/sub@x.com/tags', body: { tags: ['vip'] }, action: 'account-tags-put' }),
  ],
  ['getAccountTags', () => ({ path: '/accounts/sub@x.com/tags' })],
  [
    'addAccountNote',
    () => ({ path: '/accounts/sub@x.com/notes', body: { text: 'called' }, action: 'account-note-add' }),
  ],
  ['listAccountNotes', () => ({ path: '/accounts/sub@x.com/notes' })],
  ['getAccount', () => ({ path: '/accounts/sub@x.com' })],
  ['proposeChange', () => ({ path: '/changes', body: proposal, action: 'change-propose' })],
  ['listChanges', () => ({ path: '/changes?pending=true' })],
  ['getChange', () => ({ path: `/changes/${made.change}` })],
  ['rejectChange', () => ({ path: `/changes/${made.change}/reject`, body: {}, action: 'change-reject' })],
  ['listBans', () => ({ path: '/bans' })],
  ['deleteBan', () => ({ path: '/bans/2001%3Adb8%3A%3A1', action: 'ban-lift' })],
  ['deleteApiKey', () => ({ path: `/accounts/sub@x.com/api-keys/${made.apiKey}`, action: 'api-key-revoke' })],
  ['getIntegrity', () => ({ path: '/integrity' })],
  ['search', () => ({ path: '/search?q=master' })],
  ['listInbox', () => ({ path: '/inbox' })],
  ['listTransfers', () => ({ path: '/transfers?asset=ETH' })],
  ['getTransfer', () => ({ path: '/transfers/1' })],
  ['listAudit', () => ({ path: '/audit?limit=3' })],
];
const rippleAddress = (number: number) =>
  deriveAddress({ addressFormat: 'ripple' }, new Uint8Array(32).fill(number));
const symbol = { baseAsset: 'ETH', quoteAsset: 'BTC', maker: '0.001', taker: '0.0010' };
const address = { asset: 'ETH', network: 'ETH', address: strangerAddress(7) };
const largeNeedTwo = { name: 'large', aboveUsd: '1e6', decision: 'approve', approvers: 2 };
const proposal = {
  operation: 'creditAccount',
  path: { email: 'sub@x.com' },
  body: { asset: 'ETH', amount: '1' },
};
const dividend = { asset: 'BTC', holdersOf: 'ETH', total: '3', info: 'a gift' };

describe('the operations of the operator API', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  async function lastAudit(): Promise<Reply['body']> {
    return (await ask(exchange, 'GET', `${base}/audit?limit=1`)).body.entries[0] ?? { seq: 0 };
  }

  async function recordBan(): Promise<void> {
    const now = Date.now();
    const ban = { ip: '2001:db8::/64', bannedUntilMs: now + 60_000, offences: 1, lastOffenceMs: now };
    await exchange.server.commands.submit('recordBan', ban);
  }

  /** Withdrawals of the sub-account that wait for the decisions about them. */
  async function submitWithdrawals(): Promise<void> {
    const key = await createKey(exchange.server, 'sub@x.com');
    const submit = async () =>
      (
        await signed(exchange, key, 'POST', '/wapi/v3/withdraw.html', {
          asset: 'ETH',
          address: strangerAddress(),
          amount: '1',
        })
      ).id;
    made.fail = await submit();
    await ask(exchange, 'PATCH', `${base}/assets/ETH`, { autoApprovalLimit: '0.5' });
    made.approve = await submit();
    made.reject = await submit();
    await ask(exchange, 'PATCH', `${base}/accounts/sub@x.com`, { withdrawConfirmation: 'email' });
    made.confirm = await submit();
    made.cancel = await submit();
  }

  /** A confirmed deposit without a tag that would identify its owner. */
  async function receiveUnattributed(): Promise<void> {
    const xrp = { asset: 'XRP', network: 'XRP', address: rippleAddress(0) };
    await ask(exchange, 'PUT', `${base}/assets/XRP`, { scale: 6, networks: [{ network: 'XRP' }] });
    await ask(exchange, 'PUT', `${base}/accounts/sub@x.com/deposit-addresses`, { ...xrp, addressTag: '1' });
    made.deposit = (await ask(exchange, 'POST', `${base}/deposits`, { ...xrp, amount: '5' })).body.id;
    await ask(exchange, 'POST', `${base}/chain/blocks`, { network: 'XRP', count: 3 });
  }

  /** Withdrawals of a manual network, whose address is assigned to the customer. */
  async function prepareManual(): Promise<void> {
    await ask(exchange, 'PUT', `${base}/networks/HAND`, { addressFormat: 'opaque', connector: 'manual' });
    await ask(exchange, 'PUT', `${base}/assets/HAND`, { networks: [{ network: 'HAND' }] });
    const credit = { asset: 'HAND', amount: '100', reason };
    await ask(exchange, 'POST', `${base}/accounts/sub@x.com/credit`, credit);
    await ask(exchange, 'PATCH', `${base}/accounts/sub@x.com`, { withdrawConfirmation: 'none' });
    const key = await createKey(exchange.server, 'sub@x.com');
    for (const name of ['claimed', 'unsent', 'expired'] as const) {
      const order = { asset: 'HAND', address: 'far-away', amount: '1' };
      made[name] = (await signed(exchange, key, 'POST', '/wapi/v3/withdraw.html', order)).id;
    }
  }

  /** Claims it, and waits until the lease expires. */
  async function expire(id: string): Promise<void> {
    const { commands } = exchange.server;
    const operator = { actor: 'test', reason };
    await commands.submit('takeClaim', { id, leaseMs: 1, operator });
    await commands.submit('expireClaim', { claimId: `${id}:1` });
  }

  const preparations: Partial<Record<string, () => Promise<void>>> = {
    getDeposit: receiveUnattributed,
    returnDeposit: receiveUnattributed,
    reverseDeposit: async () => {
      await receiveUnattributed();
      const blocks = { network: 'XRP', count: 3 };
      await ask(exchange, 'POST', `${base}/chain/reorganisations`, blocks);
    },
    confirmWithdrawal: submitWithdrawals,
    resendWithdrawal: async () => void (await reaches(exchange, made.fail, 'broadcast')),
    importAddresses: prepareManual,
    reportDeposit: async () => {
      const pooled = { asset: 'HAND', network: 'HAND', address: 'pooled' };
      await ask(exchange, 'PUT', `${base}/accounts/sub@x.com/deposit-addresses`, pooled);
    },
    reportTransaction: async () =>
      void (await ask(exchange, 'POST', `${base}/withdrawals/${made.claimed}/claim`, {})),
    reportUnsent: async () =>
      void (await ask(exchange, 'POST', `${base}/withdrawals/${made.unsent}/claim`, {})),
    resolveWithdrawal: () => expire(made.expired),
    listBans: recordBan,
  };

  test('the table contains every operation', () => {
    const names = new Set(calls.map(([name]) => name));
    // Others: test/lab/operations.test.ts, sign-in.test.ts, passkeys.test.ts, changes.test.ts (approvals by two people).
    const others = operatorOperations.filter(
      (each) => !isOfLab(each) && !isOfAccess(each) && each.id !== 'approveChange',
    );
    const missing = others.filter(({ id }) => !names.has(id));
    assert.equal(missing.map(({ id }) => id).join(), '', 'have no call in the table of this file');
    assert.equal(names.size, others.length, 'the table has operations that do not exist');
  });

  for (const [name, call] of calls) {
    const operation = operationNamed(name);
    const { action } = call();
    const kept = action === undefined ? 'leaves no audit entry' : `is in the audit trail as ${action}`;
    test(`${operation.method} ${operation.path} answers according to its contract, and ${kept}`, async () => {
      await preparations[name]?.();
      const { path, body } = call();
      const before = await lastAudit();
      const fromMs = Date.now();
      const olga = { 'x-operator': 'olga' };
      const why = body && { ...body, reason };
      const target = operation.method === 'DELETE' ? withReason(path) : path;
      const send = () => ask(exchange, operation.method, `${base}${target}`, why, olga);
      // What is done is answered as done: a handler reads nothing after its last command.
      const reply = await failReadsOnceDone(exchange, send);
      assert.equal(reply.status, operation.status, reply.text);
      assert.equal(createSchemaCheck(operation.reply)(reply.body), null, reply.text);
      remember(name, reply.body);

      const last = await lastAudit();
      assert.equal(last.seq, before.seq + (action === undefined ? 0 : 1), 'entries');
      if (action === undefined) return;
      assert.deepEqual([last.actor, last.action, last.reason], ['bootstrap:olga', action, reason]);
      assert.ok(last.at >= fromMs && last.at <= Date.now(), 'when');
      assert.notEqual(last.subject, '');
    });
  }

  test('without the token, every operation is rejected and nothing is done', async () => {
    const before = await lastAudit();
    const wrong = ['', 'Bearer', 'Bearer wrong', `Basic ${exchange.server.operatorToken}`];
    const rejected = calls.flatMap(([name, call]) => {
      const { method } = operationNamed(name);
      const { path, body } = call();
      return wrong.map((authorization) => ask(exchange, method, `${base}${path}`, body, { authorization }));
    });
    // Concurrently, because each wrong token from an address is answered more slowly than the one before.
    for (const reply of await Promise.all(rejected)) {
      assertRejected(reply, 401, -9401);
      assert.equal(reply.headers.get('www-authenticate'), 'Bearer');
    }
    assert.equal((await lastAudit()).seq, before.seq);
  });

  test('a body with an unknown field is rejected, naming it, and nothing is done', async () => {
    const before = await lastAudit();
    for (const [name, call] of calls) {
      const { path, body } = call();
      const { method } = operationNamed(name);
      if (body === undefined) continue;
      const reply = await ask(exchange, method, `${base}${path}`, { ...body, reason, mispelt: 1 });
      assertRejected(reply, 400, -9400, /^body\.mispelt: is not a field of this operation$/);
    }
    assert.equal((await lastAudit()).seq, before.seq);
  });

  test('a body without a required field is rejected, naming it', async () => {
    for (const [name, call] of calls) {
      const { method, body: schema } = operationNamed(name);
      const { path, body } = call();
      for (const field of (schema.required ?? []) as readonly string[]) {
        const without = Object.fromEntries(
          Object.entries({ ...body, reason }).filter(([each]) => each !== field),
        );
        const reply = await ask(exchange, method, `${base}${path}`, without);
        assertRejected(reply, 400, -9400, new RegExp(`^body\\.${field}: is required$`));
      }
    }
  });
});
