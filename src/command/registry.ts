/** All commands by name, and the port through which other modules submit them. */
import type { ErrorId } from '../contract/errors.ts';
import type { Command, Outcome } from '../store/port.ts';
import { addAccountNote } from './account/account-note-add.ts';
import { openAccount } from './account/account-open.ts';
import { putAccountSwitches } from './account/account-switches-put.ts';
import { putAccountTags } from './account/account-tags-put.ts';
import { updateAccount } from './account/account-update.ts';
import { deleteAddressBookEntry, putAddressBookEntry } from './account/address-book.ts';
import { createApiKey } from './account/api-key-create.ts';
import { revokeApiKey } from './account/api-key-revoke.ts';
import { liftBan } from './account/ban-lift.ts';
import { recordBan } from './account/ban-record.ts';
import { permitSubAccountKey, revokeSubAccountKey } from './account/sub-account-key-change.ts';
import { createSubAccountKey } from './account/sub-account-key-create.ts';
import { restrictSubAccountKey } from './account/sub-account-key-restrict.ts';
import { transferBetweenAccounts, transferOnce } from './account/sub-account-transfer.ts';
import { openVirtualSubAccount } from './account/virtual-sub-account-open.ts';
import { proposeChange, rejectChange } from './approval/change-propose.ts';
import { putApprovalPolicy } from './approval/policy-put.ts';
import { withSecondPerson } from './approval/second-person.ts';
import { recordAudit } from './audit-record.ts';
import { changeAsset, defineAsset } from './catalog/asset-change.ts';
import { putAsset } from './catalog/asset-put.ts';
import { changeNetwork, putNetwork } from './catalog/network-put.ts';
import { putPrice } from './catalog/price-put.ts';
import { putSymbol } from './catalog/symbol-put.ts';
import { moveChainCursor } from './chain/chain-cursor-move.ts';
import { expireClaim, extendClaim, releaseClaim } from './claim/claim-change.ts';
import { resolveClaim } from './claim/claim-resolve.ts';
import { takeClaim } from './claim/claim-take.ts';
import { reportConfirmations, reportUnsent } from './claim/outcome-report.ts';
import { reportTransaction } from './claim/transaction-report.ts';
import { importAddresses } from './deposit/address-pool-import.ts';
import { assignDepositAddress } from './deposit/deposit-address-assign.ts';
import { issueDepositAddress } from './deposit/deposit-address-issue.ts';
import { assignDeposit } from './deposit/deposit-assign.ts';
import { confirmDeposit, confirmReportedDeposit } from './deposit/deposit-confirm.ts';
import { observeDeposit } from './deposit/deposit-observe.ts';
import { reorganiseDeposit } from './deposit/deposit-reorganise.ts';
import { returnDeposit } from './deposit/deposit-return.ts';
import { reverseDeposit } from './deposit/deposit-reverse.ts';
import { distributeDividend } from './dividend/dividend-distribute.ts';
import { finishDividend, payDividendShares } from './dividend/dividend-pay.ts';
import {
  beginDividend,
  discardDividend,
  recordDividendShares,
  startDividend,
} from './dividend/dividend-prepare.ts';
import { pruneEventLog } from './event-log-prune.ts';
import { idempotent, releaseIdempotencyKey, reserveIdempotencyKey } from './idempotent.ts';
import { adjustBalance } from './ledger/balance-adjust.ts';
import { beginClosingDay, closeEmptyDays, completeClosedDay, recordClosings } from './ledger/day-close.ts';
import { convertDustAssets } from './ledger/dust-convert.ts';
import { sealTransfers } from './ledger/transfers-seal.ts';
import { transferBetweenWallets } from './ledger/wallet-transfer.ts';
import { createFirstAdministrator } from './operator/first-administrator.ts';
import { acceptOperatorLink } from './operator/link-accept.ts';
import { changeOperator } from './operator/operator-change.ts';
import { createOperator } from './operator/operator-create.ts';
import { createOperatorLink } from './operator/operator-link.ts';
import { deletePasskey, registerPasskey } from './operator/passkey.ts';
import { changeOperatorPassword } from './operator/password-change.ts';
import { closeOperatorSession } from './operator/session-close.ts';
import { openOperatorSession } from './operator/session-open.ts';
import { proveIdentity } from './operator/session-prove.ts';
import { noteOperatorSessionUse } from './operator/session-use.ts';
import { createOperatorToken, revokeOperatorToken } from './operator/token.ts';
import { noteOperatorTokenUse } from './operator/token-use.ts';
import { recordDemoWorld } from './settings/demo-world-record.ts';
import { recordIntegrity } from './settings/integrity-record.ts';
import { recordLabClock } from './settings/lab-clock-record.ts';
import { recordLab } from './settings/lab-record.ts';
import { recordMasterKeyProof } from './settings/master-key-proof-record.ts';
import { replaceSecret } from './settings/secret-replace.ts';
import { putSettings } from './settings/settings-put.ts';
import { pruneOrderEvents } from './trading/order-events-prune.ts';
import { recordOrderEvents } from './trading/order-events-record.ts';
import { recordTradingIndicators } from './trading/trading-indicators-record.ts';
import { putTradingLock } from './trading/trading-lock-put.ts';
import { approveWithdrawal } from './withdrawal/withdrawal-approve.ts';
import { addWithdrawalAttempt } from './withdrawal/withdrawal-attempt.ts';
import { claimWithdrawal } from './withdrawal/withdrawal-claim.ts';
import { cancelWithdrawal, confirmWithdrawal, rejectWithdrawal } from './withdrawal/withdrawal-decide.ts';
import { recordWithdrawalDenial } from './withdrawal/withdrawal-denial.ts';
import { failWithdrawal } from './withdrawal/withdrawal-fail.ts';
import { revokeWithdrawalFailure } from './withdrawal/withdrawal-fail-revoke.ts';
import { settleInside } from './withdrawal/withdrawal-inside.ts';
import { settleWithdrawal } from './withdrawal/withdrawal-settle.ts';
import { submitWithdrawal } from './withdrawal/withdrawal-submit.ts';

export const commands = {
  beginClosingDay,
  recordClosings,
  completeClosedDay,
  closeEmptyDays,
  openAccount: idempotent(openAccount),
  openVirtualSubAccount,
  updateAccount: withSecondPerson(updateAccount),
  putAccountSwitches,
  putAccountTags: withSecondPerson(putAccountTags),
  addAccountNote,
  putApprovalPolicy: withSecondPerson(putApprovalPolicy),
  proposeChange,
  rejectChange,
  recordAudit,
  createApiKey: idempotent(createApiKey),
  revokeApiKey,
  createSubAccountKey,
  permitSubAccountKey,
  restrictSubAccountKey,
  revokeSubAccountKey,
  putAddressBookEntry,
  deleteAddressBookEntry,
  putAsset: withSecondPerson(putAsset),
  defineAsset: withSecondPerson(defineAsset),
  changeAsset: withSecondPerson(changeAsset),
  putNetwork,
  changeNetwork,
  adjustBalance: idempotent(withSecondPerson(adjustBalance)),
  liftBan,
  recordBan,
  createFirstAdministrator,
  acceptOperatorLink,
  createOperator: withSecondPerson(createOperator),
  changeOperator: withSecondPerson(changeOperator),
  createOperatorLink: withSecondPerson(createOperatorLink),
  openOperatorSession,
  closeOperatorSession,
  proveIdentity,
  changeOperatorPassword,
  registerPasskey,
  deletePasskey,
  createOperatorToken: withSecondPerson(createOperatorToken),
  revokeOperatorToken,
  noteOperatorSessionUse,
  noteOperatorTokenUse,
  recordDemoWorld,
  recordLab,
  recordIntegrity,
  recordLabClock,
  recordMasterKeyProof,
  moveChainCursor,
  assignDepositAddress,
  issueDepositAddress,
  importAddresses: idempotent(importAddresses),
  confirmDeposit,
  confirmReportedDeposit: withSecondPerson(confirmReportedDeposit),
  reorganiseDeposit,
  assignDeposit: idempotent(withSecondPerson(assignDeposit)),
  returnDeposit: idempotent(returnDeposit),
  reverseDeposit: idempotent(reverseDeposit),
  observeDeposit: idempotent(observeDeposit),
  reserveIdempotencyKey,
  releaseIdempotencyKey,
  distributeDividend: idempotent(withSecondPerson(distributeDividend)),
  beginDividend,
  recordDividendShares,
  startDividend: idempotent(withSecondPerson(startDividend)),
  discardDividend,
  payDividendShares,
  finishDividend,
  convertDustAssets,
  recordOrderEvents,
  pruneEventLog,
  pruneOrderEvents,
  putPrice: withSecondPerson(putPrice),
  putSettings: withSecondPerson(putSettings),
  replaceSecret,
  transferBetweenAccounts,
  transferBetweenWallets,
  transferOnce,
  putSymbol,
  recordTradingIndicators,
  putTradingLock,
  sealTransfers,
  claimWithdrawal,
  takeClaim: idempotent(takeClaim),
  extendClaim,
  releaseClaim,
  expireClaim,
  resolveClaim: withSecondPerson(resolveClaim),
  reportTransaction,
  reportConfirmations,
  reportUnsent: withSecondPerson(reportUnsent),
  addWithdrawalAttempt,
  confirmWithdrawal,
  cancelWithdrawal,
  approveWithdrawal,
  rejectWithdrawal,
  failWithdrawal,
  revokeWithdrawalFailure,
  settleInside,
  settleWithdrawal,
  submitWithdrawal,
  recordWithdrawalDenial,
};

export type CommandRegistry = typeof commands;
export type CommandName = keyof CommandRegistry;
export type InputOf<N extends CommandName> =
  CommandRegistry[N] extends Command<infer I, unknown, ErrorId> ? I : never;
export type ReplyOf<N extends CommandName> =
  CommandRegistry[N] extends Command<never, infer R, ErrorId> ? R : never;
export type ErrorOf<N extends CommandName> =
  CommandRegistry[N] extends Command<never, unknown, infer E> ? E : never;

export type Commands = {
  /**
   * Resolves when the command is durable, rejected or failed; the promise never rejects. `notAfterMs` is the latest
   * time at which the command may take effect.
   */
  submit<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    notAfterMs?: number,
  ): Promise<Outcome<ReplyOf<N>, ErrorOf<N>>>;
};
