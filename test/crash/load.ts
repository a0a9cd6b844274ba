/**
 * The clients that put load on the server to be killed: each performs one action after another until it gets no answer.
 */
import { formatUnits } from '../../src/contract/decimal.ts';
import { createRandom, type Random } from '../support/seed.ts';
import {
  accountNames,
  btcApprovalUnits,
  outsideAddresses,
  standardAssets,
} from '../support/standard-world.ts';
import { emailOf } from '../support/world.ts';
import {
  type DepositTry,
  isInconclusive,
  type Journal,
  recordOutcome,
  type WithdrawalTry,
} from './journal.ts';
import type { Answer, Target } from './server-process.ts';

export type Addresses = ReadonlyMap<string, { readonly address: string; readonly addressTag: string }>;
export type LoadContext = {
  readonly target: Target;
  readonly journal: Journal;
  readonly addresses: Addresses;
};

type ClientContext = LoadContext & { readonly client: number; readonly random: Random };

/** One action of a client. @returns false if the server no longer answers. */
type Action = (context: ClientContext) => Promise<boolean>;

const withdrawable = ['ETH', 'XRP', 'BTC', 'BNB'];
const scaleOf = new Map(standardAssets.map(([asset]) => [asset.asset, asset.scale]));
export const amountText = (units: bigint, asset: string) => formatUnits(units, scaleOf.get(asset) ?? 0);

/** Deposit addresses of all accounts, by `name asset`. */
export async function fetchAddresses(target: Target): Promise<Addresses> {
  const found = new Map<string, { address: string; addressTag: string }>();
  for (const name of accountNames) {
    for (const asset of withdrawable) {
      const answer = await target.signed(name, 'GET', '/wapi/v3/depositAddress.html', { asset });
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
export async function runLoad(context: LoadContext, seed: number, isOver?: () => boolean): Promise<void> {
  const continues = (isAnswered: boolean) => (isOver === undefined ? isAnswered : !isOver());
  const clients: Action[] = [
    ...Array.from({ length: withdrawers }, () => withdraw),
    transfer,
    transfer,
    transferBetweenWallets,
    convertDust,
    convertDust,
    deposit,
    decide,
  ];
  await Promise.all(
    clients.map(async (action, client) => {
      const random = createRandom(seed + client);
      while (continues(await action({ ...context, client, random })));
    }),
  );
}

const withdraw: Action = async (context) => {
  const { journal, random } = context;
  const earlier = journal.withdrawals.at(-1 - random.below(20));
  if (earlier?.orderId != null && earlier.state === 'done' && random.chance(0.1)) {
    return replayWithdrawal(context, earlier);
  }
  const tried = drawWithdrawal(context);
  journal.withdrawals.push(tried);
  const answer = await sendWithdrawal(context.target, tried, random.pick(withdrawalOperations));
  recordOutcome(journal, tried, answer, (body) => body.id);
  return answer !== null;
};

function drawWithdrawal({ journal, random, addresses }: ClientContext): WithdrawalTry {
  const serial = journal.serial();
  const asset = random.pick(withdrawable);
  const large = asset === 'BTC' && random.chance(0.5);
  const inside = random.chance(0.2);
  const target = inside
    ? addresses.get(`${random.pick(accountNames)} ${asset}`)
    : { address: random.pick(outsideAddresses[asset] ?? []), addressTag: '' };
  return {
    state: 'unknown',
    who: random.pick(accountNames),
    asset,
    units: BigInt(serial) + (large ? btcApprovalUnits : 10_000n),
    address: target?.address ?? '',
    addressTag: target?.addressTag ?? '',
    orderId: random.chance(0.85) ? `order-${serial}` : null,
  };
}

/** The operation of each dialect that submits a withdrawal, and its name for the asset. */
const withdrawalOperations = [
  ['/wapi/v3/withdraw.html', 'asset'],
  ['/sapi/v1/capital/withdraw/apply', 'coin'],
] as const;
type WithdrawalOperation = (typeof withdrawalOperations)[number];

function sendWithdrawal(target: Target, tried: WithdrawalTry, [path, assetName]: WithdrawalOperation) {
  const { who, asset, units, address, addressTag, orderId } = tried;
  return target.signed(who, 'POST', path, {
    [assetName]: asset,
    address,
    ...(addressTag !== '' && { addressTag }),
    amount: amountText(units, asset),
    ...(orderId !== null && { withdrawOrderId: orderId }),
  });
}

/** Sends the same order in both dialects concurrently: both answers must be consistent. */
export async function replayWithdrawal(
  { target, journal }: LoadContext,
  tried: WithdrawalTry,
): Promise<boolean> {
  const answers = await Promise.all(
    withdrawalOperations.map((operation) => sendWithdrawal(target, tried, operation)),
  );
  for (const answer of answers) {
    if (journal.storeMayFail && isInconclusive(answer)) continue;
    if (tried.state === 'unknown') recordOutcome(journal, tried, answer, (body) => body.id);
    else if (answer !== null && answer.body.id !== tried.id) {
      journal.violations.push(
        `order ${tried.orderId} is ${tried.id}, but a retry returned ${JSON.stringify(answer.body)}`,
      );
    }
  }
  return !answers.includes(null);
}

const transfer: Action = async (context) => {
  const { random } = context;
  const from = random.pick(accountNames);
  const to = random.pick(accountNames.filter((name) => name !== from));
  return (await sendTransfer(context, from, to, random.pick(withdrawable))) !== null;
};

export async function sendTransfer(
  { target, journal }: Pick<LoadContext, 'target' | 'journal'>,
  from: string,
  to: string,
  asset: string,
): Promise<Answer | null> {
  const units = BigInt(journal.serial());
  const tried = { state: 'unknown' as const, from, to, asset, units };
  journal.transfers.push(tried);
  const answer = await target.signed('master', 'POST', '/wapi/v3/sub-account/transfer.html', {
    fromEmail: emailOf(from),
    toEmail: emailOf(to),
    asset,
    amount: amountText(units, asset),
  });
  recordOutcome(journal, tried, answer, (body) => body.txnId);
  return answer;
}

const transferBetweenWallets: Action = async ({ target, journal, random }) => {
  const who = random.pick(accountNames);
  const asset = random.pick(withdrawable);
  const from = random.pick(['spot', 'spot', 'funding'] as const);
  const units = BigInt(journal.serial());
  const tried = { state: 'unknown' as const, who, from, asset, units };
  journal.walletTransfers.push(tried);
  const answer = await target.signed(who, 'POST', '/sapi/v1/asset/transfer', {
    type: from === 'spot' ? 'MAIN_FUNDING' : 'FUNDING_MAIN',
    asset,
    amount: amountText(units, asset),
  });
  recordOutcome(journal, tried, answer, (body) => String(body.tranId));
  return answer !== null;
};

/** Each of the two clients converts the dust of its own account. */
const convertDust: Action = async (context) => {
  const who = context.client % 2 === 0 ? 'alice' : 'bob';
  if ((await sendTransfer(context, 'master', who, 'ADA')) === null) return false;
  const tried = { state: 'unknown' as const, who };
  context.journal.conversions.push(tried);
  const answer = await context.target.signed(who, 'POST', '/sapi/v1/asset/dust', { asset: 'ADA' });
  recordOutcome(context.journal, tried, answer, (body) => String(body.transferResult[0].tranId));
  return answer !== null;
};

const deposit: Action = async (context) => {
  const { journal, random, addresses } = context;
  const earlier = journal.deposits.at(-1);
  if (earlier !== undefined && random.chance(0.2)) return repeatDeposit(context, earlier);
  const serial = journal.serial();
  const asset = random.pick(withdrawable);
  const { address, addressTag } = addresses.get(`${random.pick(accountNames)} ${asset}`)!;
  const tried = {
    state: 'unknown' as const,
    asset,
    address,
    addressTag,
    units: BigInt(serial),
    txId: `in${serial}`,
  };
  journal.deposits.push(tried);
  return sendDeposit(context, tried);
};

async function sendDeposit(context: LoadContext, tried: DepositTry): Promise<boolean> {
  const answer = await askForDeposit(context, tried);
  recordOutcome(context.journal, tried, answer, (body) => body.id);
  return answer !== null;
}

/** A failed retry says nothing about the first attempt. */
async function repeatDeposit(context: LoadContext, tried: DepositTry): Promise<boolean> {
  if (tried.state === 'absent') tried.state = 'unknown';
  const answer = await askForDeposit(context, tried);
  if (!(context.journal.storeMayFail && isInconclusive(answer)))
    recordOutcome(context.journal, tried, answer, (body) => body.id);
  return answer !== null;
}

function askForDeposit({ target }: LoadContext, tried: DepositTry): Promise<Answer | null> {
  const { asset, address, addressTag, units, txId } = tried;
  return target.operator('/deposits', {
    asset,
    address,
    ...(addressTag !== '' && { addressTag }),
    amount: amountText(units, asset),
    txId,
  });
}

const decide: Action = async ({ target, journal, random }) => {
  const row = journal.withdrawals.at(-1 - random.below(12));
  const waits = row !== undefined && row.units > btcApprovalUnits;
  const how = waits ? random.pick(['approve', 'approve', 'reject'] as const) : ('fail' as const);
  const id = row?.id ?? 'nothing';
  const answer = await target.operator(`/withdrawals/${id}/${how}`, { reason: 'crash test' });
  if (answer !== null && answer.status < 300) journal.decisions.push({ id, how });
  if (answer !== null && answer.status >= 500 && !(journal.storeMayFail && isInconclusive(answer)))
    journal.violations.push(`${how}: ${JSON.stringify(answer.body)}`);
  return answer !== null;
};
