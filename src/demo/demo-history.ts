/**
 * A few rows of every history of the demo world. Rows that have no id to recognise them by are counted: commands that are
 * submitted together are executed in their order, so the number of existing rows shows how many steps are done.
 */
import { pause } from '../clock/clock.ts';
import { demoDust, demoMaster, demoSubAccounts } from './demo-accounts.ts';
import { creditDemo, demoAddress } from './demo-funds.ts';
import {
  accountIdOf,
  type DemoParts,
  demoDecimal,
  demoOperator as operator,
  submitDemo,
  together,
} from './demo-parts.ts';
import { recordTrading } from './demo-trading.ts';

// cast: there are two of them.
const [alice, bob] = demoSubAccounts.map((account) => account.email) as [string, string];

export async function makeHistory(parts: DemoParts): Promise<void> {
  const masterId = await accountIdOf(parts, demoMaster.email);
  await together([
    makeTransfers(parts, masterId),
    convertDust(parts, masterId),
    payDividends(parts),
    withdraw(parts, masterId),
    recordTrading(parts, masterId, bob),
  ]);
}

async function makeTransfers(parts: DemoParts, masterId: number): Promise<void> {
  const transfers = [
    { fromEmail: alice, toEmail: bob, asset: 'BTC', amount: demoDecimal('1') },
    { fromEmail: bob, toEmail: alice, asset: 'ETH', amount: demoDecimal('2') },
  ];
  const made = (await parts.reads.rows('sub_account_transfers', { masterId })).length;
  await together(
    transfers
      .slice(made)
      .map((transfer) => submitDemo(parts, 'transferBetweenAccounts', { masterId, ...transfer })),
  );
}

const dustConversions = 2;

/** Converts dust twice, and leaves dust for the visitor to convert. */
async function convertDust(parts: DemoParts, masterId: number): Promise<void> {
  const { total } = await parts.reads.dustConversions(masterId, { limit: 1, offset: 0 });
  const balances = await parts.reads.rows('balances', { accountId: masterId });
  const hasDust = (code: string) => balances.some(({ asset, free }) => asset === code && free > 0n);
  const steps: Promise<unknown>[] = [];
  for (let converted = total; converted <= dustConversions; converted++) {
    // A conversion leaves none.
    const missing = demoDust.filter(([asset]) => converted > total || !hasDust(asset));
    steps.push(...missing.map(([asset, amount]) => creditDemo(parts, demoMaster.email, asset, amount)));
    if (converted === dustConversions) break;
    const assets = demoDust.map(([asset]) => asset);
    steps.push(submitDemo(parts, 'convertDustAssets', { accountId: masterId, assets }));
  }
  await together(steps);
}

const dividends = 2;

/** spec: the sample is a distribution of BHFT. */
async function payDividends(parts: DemoParts): Promise<void> {
  const paid = (await parts.reads.rows('dividends', {})).length;
  const dividend = {
    operator,
    asset: 'BHFT',
    holdersOf: 'BHFT',
    total: demoDecimal('10'),
    info: 'BHFT distribution',
  };
  await together(
    Array.from({ length: dividends - paid }, () => submitDemo(parts, 'distributeDividend', dividend)),
  );
}

const page = { limit: 100, offset: 0 };

/** Makes one ordinary withdrawal, one with a tag, one within the exchange, and one that waits for approval. */
async function withdraw(parts: DemoParts, masterId: number): Promise<void> {
  const inside = await demoAddress(parts, await accountIdOf(parts, alice), 'USDT', 'ETH');
  const withdrawals = [
    {
      asset: 'ETH',
      address: '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
      amount: '1',
      name: 'addressName',
    },
    {
      asset: 'XMR',
      address:
        '49fryAtbJ675LCzNKG15RvVJa9YGm6hjJaVruPcPH3tiVp8rRCy2c9gaNJCKHodA98EU4JugNUhGhQgJBFCyWa4h3rZTbKQ',
      addressTag: '342341222',
      amount: '1000',
    },
    { asset: 'USDT', network: 'ETH', address: inside.address, amount: '250', name: 'alice' },
    {
      asset: 'BTC',
      address: 'bc1q7g59nvkhvnr7tm8cxwf6evspz9pfeds25x6tem',
      amount: '2.5',
      name: 'cold storage',
    },
  ];
  const made = (await parts.reads.withdrawals(masterId, {}, page)).length;
  await together(
    withdrawals.slice(made).map(({ amount, ...withdrawal }) =>
      submitDemo(parts, 'submitWithdrawal', {
        accountId: masterId,
        ...withdrawal,
        amount: demoDecimal(amount),
      }),
    ),
  );
  await mineUntilSettled(parts, masterId);
}

const pauseMs = 5;
const maxPauses = 2000;

/** The engine broadcasts queued withdrawals by itself; the blocks are mined here. */
async function mineUntilSettled({ reads, chainService, clock }: DemoParts, masterId: number): Promise<void> {
  for (let pauses = 0; pauses < maxPauses; pauses++) {
    const rows = await reads.withdrawals(masterId, { stages: ['queued', 'waiting', 'broadcast'] }, page);
    if (rows.length === 0) return;
    const networks = new Set(rows.filter((row) => row.stage === 'broadcast').map((row) => row.network));
    for (const network of networks) await chainService.mineBlocks(network, 1);
    if (networks.size === 0) await pause(clock.monotonic, pauseMs);
  }
  throw new Error('the demo withdrawals were not settled');
}
