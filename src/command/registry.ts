/** All commands by name, and the port through which everybody outside submits them. */
import type { Command, Outcome } from '../store/port.ts';
import { openAccount } from './account-open.ts';
import { updateAccount } from './account-update.ts';
import { recordAct } from './act-record.ts';
import { createApiKey } from './api-key-create.ts';
import { revokeApiKey } from './api-key-revoke.ts';
import { changeAsset, putAsset } from './asset-put.ts';
import { adjustBalance } from './balance-adjust.ts';
import { liftBan } from './ban-lift.ts';
import { recordBan } from './ban-record.ts';
import { recordDemoWorld } from './demo-world-record.ts';
import { assignDepositAddress } from './deposit-address-assign.ts';
import { issueDepositAddress } from './deposit-address-issue.ts';
import { assignDeposit } from './deposit-assign.ts';
import { confirmDeposit } from './deposit-confirm.ts';
import { observeDeposit } from './deposit-observe.ts';
import { returnDeposit } from './deposit-return.ts';
import { distributeDividend } from './dividend-distribute.ts';
import { finishDividend, payDividendShares } from './dividend-pay.ts';
import { beginDividend, discardDividend, recordDividendShares, startDividend } from './dividend-prepare.ts';
import { convertDustAssets } from './dust-convert.ts';
import { idempotent, releaseIdempotencyKey, reserveIdempotencyKey } from './idempotent.ts';
import { recordMasterKeyProof } from './master-key-proof-record.ts';
import { putNetwork } from './network-put.ts';
import { pruneOrderEvents } from './order-events-prune.ts';
import { recordOrderEvents } from './order-events-record.ts';
import { putPrice } from './price-put.ts';
import { resealSecret } from './secret-reseal.ts';
import { putSettings } from './settings-put.ts';
import { transferBetweenAccounts } from './sub-account-transfer.ts';
import { putSymbol } from './symbol-put.ts';
import { recordTradingIndicators } from './trading-indicators-record.ts';
import { putTradingLock } from './trading-lock-put.ts';
import { sealTransfers } from './transfers-seal.ts';
import { broadcastWithdrawal } from './withdrawal-broadcast.ts';
import {
  approveWithdrawal,
  cancelWithdrawal,
  confirmWithdrawal,
  rejectWithdrawal,
} from './withdrawal-decide.ts';
import { settleWithdrawal } from './withdrawal-settle.ts';
import { submitWithdrawal } from './withdrawal-submit.ts';

export const commands = {
  openAccount: idempotent(openAccount),
  updateAccount,
  recordAct,
  createApiKey: idempotent(createApiKey),
  revokeApiKey,
  putAsset,
  changeAsset,
  putNetwork,
  adjustBalance: idempotent(adjustBalance),
  liftBan,
  recordBan,
  recordDemoWorld,
  recordMasterKeyProof,
  assignDepositAddress,
  issueDepositAddress,
  confirmDeposit,
  assignDeposit: idempotent(assignDeposit),
  returnDeposit: idempotent(returnDeposit),
  observeDeposit: idempotent(observeDeposit),
  reserveIdempotencyKey,
  releaseIdempotencyKey,
  distributeDividend: idempotent(distributeDividend),
  beginDividend,
  recordDividendShares,
  startDividend: idempotent(startDividend),
  discardDividend,
  payDividendShares,
  finishDividend,
  convertDustAssets,
  recordOrderEvents,
  pruneOrderEvents,
  putPrice,
  putSettings,
  resealSecret,
  transferBetweenAccounts,
  putSymbol,
  recordTradingIndicators,
  putTradingLock,
  sealTransfers,
  broadcastWithdrawal,
  confirmWithdrawal,
  cancelWithdrawal,
  approveWithdrawal,
  rejectWithdrawal,
  settleWithdrawal,
  submitWithdrawal,
};

export type CommandRegistry = typeof commands;
export type CommandName = keyof CommandRegistry;
export type InputOf<N extends CommandName> = CommandRegistry[N] extends Command<infer I, unknown> ? I : never;
export type ReplyOf<N extends CommandName> = CommandRegistry[N] extends Command<never, infer R> ? R : never;

export type Commands = {
  /** Resolves when the command is on disk, refused, or failed; never rejects. `notAfterMs`: the request's window. */
  submit<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    notAfterMs?: number,
  ): Promise<Outcome<ReplyOf<N>>>;
};
