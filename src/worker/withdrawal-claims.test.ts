/** Each network has its own connector, and one that fails does not delay others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../test/support/store-world.ts';
import { decimal } from '../../test/support/world-plan.ts';
import type { ChainConnector, Payment } from '../chain/port.ts';
import { submitWithdrawal } from '../command/withdrawal/withdrawal-submit.ts';
import { deriveAddress } from '../domain/address/address.ts';
import { StoreFault } from '../store/port.ts';
import { claimAndSend, PageSender, sentTogether } from './withdrawal-claims.ts';

type Failing = 'prepare' | 'broadcast' | 'nothing';

/** Withdrawals of SKY, ETH and SKY again, and connectors that record what they send. */
async function openQueue(failing: Failing) {
  const world = await openStoreWorld();
  const address = { SKY: 'far-away', ETH: deriveAddress({ addressFormat: 'evm' }, new Uint8Array(32)) };
  for (const asset of ['SKY', 'ETH', 'SKY'] as const) {
    await world.credit('alice', asset, '1');
    const order = { accountId: world.alice, asset, address: address[asset], amount: decimal('1') };
    await world.run(submitWithdrawal, order);
  }
  const sent: string[] = [];
  const fail = (network: string, step: Failing) => {
    if (network === 'SKY' && failing === step) throw new StoreFault('unknown', 'SKY does not answer');
  };
  const connectorOf = (network: string) =>
    ({
      async prepare({ withdrawalId }: Payment) {
        fail(network, 'prepare');
        return { txId: `${network} ${withdrawalId}`, signedTransaction: `${network} ${withdrawalId}` };
      },
      async broadcast(signed: readonly string[]) {
        fail(network, 'broadcast');
        sent.push(...signed);
      },
    }) as Partial<ChainConnector> as ChainConnector;
  const parts = {
    commands: world.commands,
    chains: { of: connectorOf },
    catalog: () => world.store.catalog(),
  };
  const claimAll = async () =>
    claimAndSend(parts, await world.store.reads.withdrawalsUnderWay('queued', 0, 10));
  return { world, sent, claimAll };
}

const stagesOf = async ({ world }: Awaited<ReturnType<typeof openQueue>>) =>
  (await world.rows('withdrawals')).map(({ network, stage }) => `${network} ${stage}`);

test('each withdrawal is prepared and sent by the connector of its network', async () => {
  const queue = await openQueue('nothing');
  assert.deepEqual(await queue.claimAll(), [true, true, true]);
  const rows = await queue.world.rows('withdrawals');
  assert.deepEqual(queue.sent.toSorted(), rows.map(({ network, id }) => `${network} ${id}`).toSorted());
});

test('a network that cannot prepare transactions leaves its withdrawals queued and does not delay others', async () => {
  const queue = await openQueue('prepare');
  await assert.rejects(queue.claimAll(), /SKY does not answer/);
  assert.deepEqual(await stagesOf(queue), ['SKY queued', 'ETH broadcast', 'SKY queued']);
  assert.equal(queue.sent.length, 1);
});

test('a network whose chain accepts nothing does not delay others; its transactions are stored', async () => {
  const queue = await openQueue('broadcast');
  await assert.rejects(queue.claimAll(), /SKY does not answer/);
  assert.deepEqual(await stagesOf(queue), ['SKY broadcast', 'ETH broadcast', 'SKY broadcast']);
  assert.equal(queue.sent.length, 1);
});

test('of two transactions that need the same nonce one is stored and sent; the other is prepared again', async () => {
  const queue = await openQueue('nothing');
  let nonce = 7;
  const used: string[] = [];
  const connector = {
    async prepare({ withdrawalId }: Payment) {
      const reserves = [`nonce ${nonce}`];
      return { txId: withdrawalId, signedTransaction: `${reserves} ${withdrawalId}`, reserves };
    },
    async broadcast(signed: readonly string[]) {
      used.push(...signed.map((text) => text.replace(/ \w+$/, '')));
    },
  } as Partial<ChainConnector> as ChainConnector;
  const { world } = queue;
  const parts = {
    commands: world.commands,
    chains: { of: () => connector },
    catalog: () => world.store.catalog(),
  };
  const queued = async () =>
    (await world.store.reads.withdrawalsUnderWay('queued', 0, 10)).filter((row) => row.network === 'SKY');
  const claimed = await claimAndSend(parts, await queued());
  assert.deepEqual(claimed, [true, false]);
  assert.deepEqual(await claimAndSend(parts, await queued()), [false]);
  nonce = 8;
  assert.deepEqual(await claimAndSend(parts, await queued()), [true]);
  assert.deepEqual(used, ['nonce 7', 'nonce 8']);
  const reserved = await world.rows('chain_reservations');
  assert.deepEqual(
    reserved.map(({ network, resource }) => [network, resource]),
    [
      ['SKY', 'nonce 7'],
      ['SKY', 'nonce 8'],
    ],
  );
});

/** A sender. `sent` has the number of transactions of each of its calls, and `answers` ends the calls. */
function openSender() {
  const sent: number[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const connector = {
    broadcast: (signed: readonly string[]) =>
      new Promise<void>((resolve, reject) => {
        sent.push(signed.length);
        answers.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
  } as Partial<ChainConnector> as ChainConnector;
  const sender = new PageSender({ of: () => connector });
  const send = (count: number) =>
    sender.send(Array.from({ length: count }, () => ({ network: 'SKY', signedTransaction: 'signed' })));
  return { sender, sent, answers, send };
}

test('four large pages are sent at a time, the next one waits, and a failure is thrown at the end', async () => {
  const { sender, sent, answers, send } = openSender();
  for (let page = 1; page <= 4; page += 1) await send(sentTogether);
  const fifth = send(sentTogether);
  await new Promise(setImmediate);
  assert.equal(sent.length, 4);
  answers[0]?.(new StoreFault('unknown', 'SKY does not answer'));
  await fifth;
  assert.equal(sent.length, 5);
  const finished = assert.rejects(sender.finish(), /SKY does not answer/);
  for (const answer of answers) answer();
  await finished;
});

test('small pages are sent together, and the last ones at the end', async () => {
  const { sender, sent, answers, send } = openSender();
  const pages = sentTogether / 32;
  for (let page = 1; page < pages; page += 1) await send(32);
  assert.deepEqual(sent, []);
  await send(32);
  await send(5);
  assert.deepEqual(sent, [sentTogether]);
  const finished = sender.finish();
  assert.deepEqual(sent, [sentTogether, 5]);
  for (const answer of answers) answer();
  await finished;
  await sender.finish();
  assert.equal(sent.length, 2, 'nothing is sent twice');
});
