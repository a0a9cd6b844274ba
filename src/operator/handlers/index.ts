/** The handlers of all operations, by name. */
import type { OperatorOperationName, OperatorOperations } from '../../contract/operator-operations.ts';
import type { OperatorHandler } from '../handler.ts';
import { createAccount, listAccounts, updateAccount } from './accounts.ts';
import { createApiKey, deleteApiKey, listApiKeys } from './api-keys.ts';
import { getAsset, listAssets, patchAsset, putAsset } from './assets.ts';
import { creditAccount, debitAccount, listBalances } from './balances.ts';
import { listChains, mineBlocks, reorganiseChain } from './chain.ts';
import {
  assignDeposit,
  createDeposit,
  getDeposit,
  listDepositAddresses,
  listDeposits,
  putDepositAddress,
  returnDeposit,
} from './deposits.ts';
import { getDividend, listDividends, payDividend } from './dividends.ts';
import { getIntegrity, listAudit } from './ledger.ts';
import { getNetwork, listNetworks, patchNetwork, putNetwork } from './networks.ts';
import { listPrices, listSymbols, putPrice, putSymbol } from './prices-and-symbols.ts';
import { resealSecrets } from './secrets.ts';
import { deleteBan, getSettings, listBans, putSettings, putSystemStatus } from './system.ts';
import { putTradingLock, recordOrderEvents } from './trading.ts';
import {
  approveWithdrawal,
  cancelWithdrawal,
  confirmWithdrawal,
  failWithdrawal,
  getWithdrawal,
  listWithdrawals,
  rejectWithdrawal,
  resendWithdrawal,
} from './withdrawals.ts';

export const operatorHandlers: {
  readonly [N in OperatorOperationName]: OperatorHandler<OperatorOperations[N]>;
} = {
  createAccount,
  listAccounts,
  updateAccount,
  createApiKey,
  listApiKeys,
  deleteApiKey,
  creditAccount,
  debitAccount,
  listBalances,
  putAsset,
  patchAsset,
  getAsset,
  listAssets,
  putNetwork,
  patchNetwork,
  getNetwork,
  listNetworks,
  putPrice,
  listPrices,
  putSymbol,
  listSymbols,
  putDepositAddress,
  listDepositAddresses,
  createDeposit,
  listDeposits,
  getDeposit,
  assignDeposit,
  returnDeposit,
  listWithdrawals,
  getWithdrawal,
  confirmWithdrawal,
  cancelWithdrawal,
  approveWithdrawal,
  rejectWithdrawal,
  failWithdrawal,
  resendWithdrawal,
  payDividend,
  getDividend,
  listDividends,
  recordOrderEvents,
  putTradingLock,
  putSystemStatus,
  putSettings,
  getSettings,
  resealSecrets,
  listBans,
  deleteBan,
  mineBlocks,
  reorganiseChain,
  listChains,
  getIntegrity,
  listAudit,
};
