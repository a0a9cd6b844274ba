/** The steps of the demo. Each prints what it does, and fails with a message that shows the unexpected reply. */
import { present } from '../boundary/present.ts';
import { formatUnits, parseDecimal, unitsOf } from '../contract/decimal.ts';
import { demoMaster, demoSubAccounts } from '../demo/demo-accounts.ts';
import { type Answer, type DemoClient, DemoFailure, expectEqual, watchStatuses } from './demo-client.ts';

type DemoStage = { readonly client: DemoClient; readonly say: (line: string) => void };
export type DemoStep = {
  readonly title: string;
  readonly play: (stage: DemoStage) => Promise<void>;
};

const alice = present(demoSubAccounts[0]);
const scale = 8;

const statusMeanings: Readonly<Record<string, string>> = {
  'deposit 0': 'pending, waiting for confirmations',
  'deposit 6': 'credited, but it cannot be withdrawn yet',
  'deposit 1': 'success, free',
  'withdrawal 4': 'processing',
  'withdrawal 6': 'completed',
};

function sayStatus(say: DemoStage['say'], subject: 'deposit' | 'withdrawal') {
  return (status: number) =>
    say(`status ${status}: ${statusMeanings[`${subject} ${status}`] ?? 'unexpected'}`);
}

function units(amount: string | number | undefined): bigint {
  const decimal = parseDecimal(String(amount ?? 0));
  const value = decimal && unitsOf(decimal, scale);
  if (value === null) throw new DemoFailure(`'${amount}' is not an amount`);
  return value;
}

const shown = (value: bigint) => formatUnits(value, scale);

async function freeOf({ client }: DemoStage, email: string, asset: string): Promise<bigint> {
  const path = '/wapi/v3/sub-account/assets.html';
  const { balances } = await client.customer(demoMaster, 'GET', path, [['email', email]]);
  return units(balances.find((row: Answer) => row.asset === asset)?.free);
}

async function deposit(stage: DemoStage): Promise<void> {
  const { client, say } = stage;
  const asset = 'XMR';
  const amount = '500';
  const path = '/wapi/v3/depositAddress.html';
  const { address, addressTag } = await client.customer(demoMaster, 'GET', path, [['asset', asset]]);
  say(`${demoMaster.email} deposits ${asset} at ${address.slice(0, 12)}… with tag ${addressTag}`);
  const before = await freeOf(stage, demoMaster.email, asset);
  const { txId } = await client.operator('POST', '/deposits', { asset, address, addressTag, amount });
  say(`${amount} ${asset} were sent in transaction ${txId}`);
  await watchStatuses(
    async () => {
      const history = '/wapi/v3/depositHistory.html';
      const { depositList } = await client.customer(demoMaster, 'GET', history, [['asset', asset]]);
      return depositList.find((row: Answer) => row.txId === txId)?.status;
    },
    [0, 6, 1],
    sayStatus(say, 'deposit'),
  );
  const after = await freeOf(stage, demoMaster.email, asset);
  expectEqual(`the free balance in ${asset}`, shown(after), shown(before + units(amount)));
  say(`the free balance went from ${shown(before)} to ${shown(after)} ${asset}`);
}

async function withdrawal({ client, say }: DemoStage): Promise<void> {
  const { id } = await client.customer(demoMaster, 'POST', '/wapi/v3/withdraw.html', [
    ['asset', 'ETH'],
    ['address', '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b'],
    ['amount', '1'],
    ['name', 'test'],
  ]);
  say(`a signed request to withdraw 1 ETH was accepted as ${id}`);
  let row: Answer;
  await watchStatuses(
    async () => {
      const path = '/wapi/v3/withdrawHistory.html';
      const { withdrawList } = await client.customer(demoMaster, 'GET', path, [['asset', 'ETH']]);
      row = withdrawList.find((each: Answer) => each.id === id);
      return row?.status;
    },
    [4, 6],
    sayStatus(say, 'withdrawal'),
  );
  if (!/^0x[0-9a-f]{64}$/.test(row.txId))
    throw new DemoFailure(`its txId should be a transaction; seen: '${row.txId}'`);
  expectEqual('amount and fee', [row.amount, row.transactionFee], [0.99, 0.01]);
  say(`${row.amount} ETH and a fee of ${row.transactionFee}, in transaction ${row.txId}`);
}

async function transfer(stage: DemoStage): Promise<void> {
  const { client, say } = stage;
  const before = await freeOf(stage, alice.email, 'USDT');
  const { txnId } = await client.customer(demoMaster, 'POST', '/wapi/v3/sub-account/transfer.html', [
    ['fromEmail', demoMaster.email],
    ['toEmail', alice.email],
    ['asset', 'USDT'],
    ['amount', '123.45'],
  ]);
  const after = await freeOf(stage, alice.email, 'USDT');
  expectEqual(`${alice.email}'s USDT`, shown(after), shown(before + units('123.45')));
  const path = '/wapi/v3/sub-account/transfer/history.html';
  const { transfers } = await client.customer(demoMaster, 'GET', path, [['email', alice.email]]);
  const { time, ...last } = transfers.at(-1);
  expectEqual('the last transfer', last, {
    from: demoMaster.email,
    to: alice.email,
    asset: 'USDT',
    qty: '123.45',
  });
  say(
    `123.45 USDT went from ${demoMaster.email} to ${alice.email}, who now has ${shown(after)} (transfer ${txnId})`,
  );
}

async function dust(stage: DemoStage): Promise<void> {
  const { client, say } = stage;
  const before = await freeOf(stage, demoMaster.email, 'BNB');
  const answer = await client.customer(demoMaster, 'POST', '/sapi/v1/asset/dust', [
    ['asset', 'ADA'],
    ['asset', 'TRX'],
  ]);
  for (const line of answer.transferResult) {
    say(
      `${line.amount} ${line.fromAsset} became ${line.transferedAmount} BNB, after a fee of ${line.serviceChargeAmount}`,
    );
  }
  const net = units(answer.totalTransfered) - units(answer.totalServiceCharge);
  const after = await freeOf(stage, demoMaster.email, 'BNB');
  expectEqual('the BNB gained', shown(after - before), shown(net));
  for (const asset of ['ADA', 'TRX']) {
    expectEqual(`the ${asset} left`, shown(await freeOf(stage, demoMaster.email, asset)), '0');
  }
  const log = await client.customer(demoMaster, 'GET', '/wapi/v3/userAssetDribbletLog.html');
  expectEqual('the last row of the dust log', log.results.rows.at(-1).transfered_total, shown(net));
  say(`${shown(net)} BNB gained, as shown in the dust log`);
}

async function dividend({ client, say }: DemoStage): Promise<void> {
  const total = '100';
  const order = { asset: 'BHFT', holdersOf: 'BHFT', total, info: 'BHFT distribution' };
  const { tranId, payments } = await client.operator('POST', '/dividends', order);
  say(`${total} BHFT were distributed to the ${payments} holders`);
  let paid = 0n;
  for (const account of [demoMaster, ...demoSubAccounts]) {
    const { rows } = await client.customer(account, 'GET', '/sapi/v1/asset/assetDividend', [
      ['asset', 'BHFT'],
    ]);
    const part = rows.find((row: Answer) => row.tranId === tranId);
    if (part === undefined) throw new DemoFailure(`${account.email} has no row of dividend ${tranId}`);
    paid += units(part.amount);
    say(`${account.email} got ${part.amount}`);
  }
  expectEqual('the sum of the shares', shown(paid), total);
}

async function integrity({ client, say }: DemoStage): Promise<void> {
  const report = await client.operator('GET', '/integrity');
  for (const { asset, sum, customerLiabilities, custody, covered } of report.assets) {
    say(`${asset}: sum ${sum}, owed to customers ${customerLiabilities}, on the chains ${custody}`);
    expectEqual(`the sum of ${asset}`, sum, '0');
    expectEqual(`custody covers ${asset}`, covered, true);
  }
  const { transfers, balancesRecomputed, chain } = report;
  say(
    `${transfers} transfers, ${balancesRecomputed} balances recomputed, hash chain verified: ${chain.verified}`,
  );
  expectEqual('the report', [report.ok, report.mismatches], [true, []]);
}

export const demoSteps: readonly DemoStep[] = [
  { title: 'A deposit arrives', play: deposit },
  { title: 'A withdrawal is sent', play: withdrawal },
  { title: 'A sub-account gets a transfer', play: transfer },
  { title: 'Dust becomes BNB', play: dust },
  { title: 'A dividend is paid', play: dividend },
  { title: 'The books are verified', play: integrity },
];
