/**
 * The clients that put load on the server to be killed: each performs one action after another until it gets no answer.
 */
import { formatUnits } from '../../src/contract/decimal.ts';
import { btcApprovalUnits, houseAssets, houseEmail, houseNames, outsideAddresses } from '../support/house.ts';
import { createRandom, type Random } from '../support/seed.ts';
import { type DepositTry, file, type Journal, tellsNothing, type WithdrawalTry } from './journal.ts';
import type { Answer, Target } from './server-process.ts';

export type Addresses = ReadonlyMap<string, { readonly address: string; readonly addressTag: string }>;
export type Scene = {
  readonly victim: Target;
  readonly journal: Journal;
  readonly addresses: Addresses;
};

type ClientScene = Scene & { readonly client: number; readonly random: Random };

/** One action of a client. @returns false if the server no longer answers. */
type Deed = (scene: ClientScene) => Promise<boolean>;

const withdrawable = ['ETH', 'XRP', 'BTC', 'BNB'];
const scaleOf = new Map(houseAssets.map(([asset]) => [asset.asset, asset.scale]));
export const amountText = (units: bigint, asset: string) => formatUnits(units, scaleOf.get(asset) ?? 0);

/** Deposit addresses of all accounts, by `name asset`. */
export async function fetchAddresses(victim: Target): Promise<Addresses> {
  const found = new Map<string, { address: string; addressTag: string }>();
  for (const name of houseNames) {
    for (const asset of withdrawable) {
      const answer = await victim.signed(name, 'GET', '/wapi/v3/depositAddress.html', { asset });
      found.set(`${name} ${asset}`, answer?.body);
    }
  }
  return found;
}

const withdrawers = 6;

/**
 * Resolves when all clients have stopped: because the server no longer answers, or because the load is over. Each
 * client draws its actions from its own seed.
 */
export async function runLoad(scene: Scene, seed: number, isOver?: () => boolean): Promise<void> {
  const goesOn = (isAnswered: boolean) => (isOver === undefined ? isAnswered : !isOver());
  const clients: Deed[] = [
    ...Array.from({ length: withdrawers }, () => withdraw),
    transfer,
    transfer,
    convertDust,
    convertDust,
    deposit,
    decide,
  ];
  await Promise.all(
    clients.map(async (deed, client) => {
      const random = createRandom(seed + client);
      while (goesOn(await deed({ ...scene, client, random })));
    }),
  );
}

const withdraw: Deed = async (scene) => {
  const { journal, random } = scene;
  const earlier = journal.withdrawals.at(-1 - random.below(20));
  if (earlier?.orderId != null && earlier.state === 'done' && random.chance(0.1)) {
    return replayWithdrawal(scene, earlier);
  }
  const tried = drawWithdrawal(scene);
  journal.withdrawals.push(tried);
  const answer = await sendWithdrawal(scene.victim, tried);
  file(journal, tried, answer, (body) => body.id);
  return answer !== null;
};

function drawWithdrawal({ journal, random, addresses }: ClientScene): WithdrawalTry {
  const serial = journal.serial();
  const asset = random.pick(withdrawable);
  const large = asset === 'BTC' && random.chance(0.5);
  const inside = random.chance(0.2);
  const target = inside
    ? addresses.get(`${random.pick(houseNames)} ${asset}`)
    : { address: random.pick(outsideAddresses[asset] ?? []), addressTag: '' };
  return {
    state: 'unknown',
    who: random.pick(houseNames),
    asset,
    units: BigInt(serial) + (large ? btcApprovalUnits : 10_000n),
    address: target?.address ?? '',
    addressTag: target?.addressTag ?? '',
    orderId: random.chance(0.85) ? `order-${serial}` : null,
  };
}

export function sendWithdrawal(victim: Target, tried: WithdrawalTry) {
  const { who, asset, units, address, addressTag, orderId } = tried;
  return victim.signed(who, 'POST', '/wapi/v3/withdraw.html', {
    asset,
    address,
    ...(addressTag !== '' && { addressTag }),
    amount: amountText(units, asset),
    ...(orderId !== null && { withdrawOrderId: orderId }),
  });
}

/** Sends the same order twice concurrently: both answers must be consistent. */
export async function replayWithdrawal({ victim, journal }: Scene, tried: WithdrawalTry): Promise<boolean> {
  const answers = await Promise.all([sendWithdrawal(victim, tried), sendWithdrawal(victim, tried)]);
  for (const answer of answers) {
    if (journal.storeMayFail && tellsNothing(answer)) continue;
    if (tried.state === 'unknown') file(journal, tried, answer, (body) => body.id);
    else if (answer !== null && answer.body.id !== tried.id) {
      journal.violations.push(
        `order ${tried.orderId} is ${tried.id}, but a retry returned ${JSON.stringify(answer.body)}`,
      );
    }
  }
  return !answers.includes(null);
}

const transfer: Deed = async (scene) => {
  const { random } = scene;
  const from = random.pick(houseNames);
  const to = random.pick(houseNames.filter((name) => name !== from));
  return (await sendTransfer(scene, from, to, random.pick(withdrawable))) !== null;
};

export async function sendTransfer(
  { victim, journal }: Pick<Scene, 'victim' | 'journal'>,
  from: string,
  to: string,
  asset: string,
): Promise<Answer | null> {
  const units = BigInt(journal.serial());
  const tried = { state: 'unknown' as const, from, to, asset, units };
  journal.transfers.push(tried);
  const answer = await victim.signed('master', 'POST', '/wapi/v3/sub-account/transfer.html', {
    fromEmail: houseEmail(from),
    toEmail: houseEmail(to),
    asset,
    amount: amountText(units, asset),
  });
  file(journal, tried, answer, (body) => body.txnId);
  return answer;
}

/** Each of the two clients converts the dust of its own account. */
const convertDust: Deed = async (scene) => {
  const who = scene.client % 2 === 0 ? 'alice' : 'bob';
  if ((await sendTransfer(scene, 'master', who, 'ADA')) === null) return false;
  const tried = { state: 'unknown' as const, who };
  scene.journal.conversions.push(tried);
  const answer = await scene.victim.signed(who, 'POST', '/sapi/v1/asset/dust', { asset: 'ADA' });
  file(scene.journal, tried, answer, (body) => String(body.transferResult[0].tranId));
  return answer !== null;
};

const deposit: Deed = async (scene) => {
  const { journal, random, addresses } = scene;
  const earlier = journal.deposits.at(-1);
  if (earlier !== undefined && random.chance(0.2)) return repeatDeposit(scene, earlier);
  const serial = journal.serial();
  const asset = random.pick(withdrawable);
  const { address, addressTag } = addresses.get(`${random.pick(houseNames)} ${asset}`)!;
  const tried = {
    state: 'unknown' as const,
    asset,
    address,
    addressTag,
    units: BigInt(serial),
    txId: `in${serial}`,
  };
  journal.deposits.push(tried);
  return sendDeposit(scene, tried);
};

async function sendDeposit(scene: Scene, tried: DepositTry): Promise<boolean> {
  const answer = await askForDeposit(scene, tried);
  file(scene.journal, tried, answer, (body) => body.id);
  return answer !== null;
}

/** A failed retry says nothing about the first attempt. */
async function repeatDeposit(scene: Scene, tried: DepositTry): Promise<boolean> {
  if (tried.state === 'absent') tried.state = 'unknown';
  const answer = await askForDeposit(scene, tried);
  if (!(scene.journal.storeMayFail && tellsNothing(answer)))
    file(scene.journal, tried, answer, (body) => body.id);
  return answer !== null;
}

function askForDeposit({ victim }: Scene, tried: DepositTry): Promise<Answer | null> {
  const { asset, address, addressTag, units, txId } = tried;
  return victim.operator('/deposits', {
    asset,
    address,
    ...(addressTag !== '' && { addressTag }),
    amount: amountText(units, asset),
    txId,
  });
}

const decide: Deed = async ({ victim, journal, random }) => {
  const row = journal.withdrawals.at(-1 - random.below(12));
  const waits = row !== undefined && row.units > btcApprovalUnits;
  const how = waits ? random.pick(['approve', 'approve', 'reject'] as const) : ('fail' as const);
  const id = row?.id ?? 'nothing';
  const answer = await victim.operator(`/withdrawals/${id}/${how}`, { reason: 'crash test' });
  if (answer !== null && answer.status < 300) journal.decisions.push({ id, how });
  if (answer !== null && answer.status >= 500 && !(journal.storeMayFail && tellsNothing(answer)))
    journal.violations.push(`${how}: ${JSON.stringify(answer.body)}`);
  return answer !== null;
};
