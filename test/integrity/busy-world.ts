/** A world with completed and held withdrawals, a locked deposit, fees and two seals. */
import assert from 'node:assert/strict';
import type { IntegrityReport } from '../../src/maintenance/integrity-report.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { buildWorld, done } from '../support/world.ts';
import { asset, decimal, network, worldPlan } from '../support/world-plan.ts';

export type BusyWorld = {
  readonly exchange: Exchange;
  readonly alice: number;
  readonly bob: number;
  /** Requests the report from the operator API until every transfer is sealed. */
  reportSealed(): Promise<IntegrityReport>;
};

const oneCoin = 100_000_000n;
const chain = 'CHAIN';

const plan = worldPlan({
  assets: [
    [asset('COIN', [network(chain, 'opaque', { withdrawFee: 5n })], 8, { autoApprovalLimit: oneCoin }), null],
  ],
  accounts: {
    alice: { balances: ['COIN 100'] },
    bob: {
      balances: ['COIN 10'],
      addresses: [{ asset: 'COIN', network: chain, address: 'place-of-bob' }],
      // Bob confirms his withdrawals by e-mail.
      change: { withdrawConfirmation: 'email' },
    },
  },
});

export async function startBusyWorld(): Promise<BusyWorld> {
  const exchange = await startExchange();
  const { server } = exchange;
  const customers = await buildWorld(server, plan);
  const [alice, bob] = [customers.alice.accountId, customers.bob.accountId];
  const world = {
    exchange,
    alice,
    bob,
    reportSealed: () => reportSealed(exchange),
  };
  const paid = await withdraw(exchange, alice, '0.5');
  await mineUntilCompleted(exchange, paid.id);
  await world.reportSealed();
  await receiveDeposit(exchange);
  const sent = await withdraw(exchange, alice, '0.75');
  await withdraw(exchange, alice, '2');
  await withdraw(exchange, bob, '0.25');
  await eventually(
    () => server.reads.row('withdrawals', { id: sent.id }),
    (row) => row?.stage === 'broadcast',
  );
  await world.reportSealed();
  return world;
}

/** A deposit credited to bob, but not free yet. */
async function receiveDeposit({ server }: Exchange): Promise<void> {
  const transaction = { network: chain, txId: 'incoming', address: 'place-of-bob', addressTag: '' };
  await done(server.chainService.receiveDeposit({ ...transaction, asset: 'COIN', amount: 3n * oneCoin }));
  await server.chainService.mineBlocks(chain, 1);
  assert.equal((await server.reads.row('deposits', { txId: 'incoming' }))?.stage, 'credited');
}

function withdraw({ server }: Exchange, accountId: number, amount: string) {
  const withdrawal = { accountId, asset: 'COIN', address: 'far-away', amount: decimal(amount) };
  return done(server.commands.submit('submitWithdrawal', withdrawal));
}

async function mineUntilCompleted({ server }: Exchange, id: string): Promise<void> {
  const mine = async () => {
    await server.chainService.mineBlocks(chain, 1);
    return server.reads.row('withdrawals', { id });
  };
  await eventually(mine, (row) => row?.stage === 'completed');
}

async function reportSealed(exchange: Exchange): Promise<IntegrityReport> {
  const report = async () => {
    const { status, body } = await exchange.operator('GET', '/integrity');
    assert.equal(status, 200);
    return body as IntegrityReport;
  };
  return eventually(report, ({ chain, transfers }) => chain.sealed === transfers);
}
