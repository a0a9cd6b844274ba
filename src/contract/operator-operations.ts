/** All operations of the operator API, by id. */
import { createAccount, listAccounts, updateAccount } from './operator/accounts.ts';
import { deleteAddressBookEntry, listAddressBook, putAddressBookEntry } from './operator/address-book.ts';
import { createApiKey, deleteApiKey, listApiKeys } from './operator/api-keys.ts';
import { getAsset, listAssets, patchAsset, putAsset } from './operator/assets.ts';
import { listAudit } from './operator/audit.ts';
import { creditAccount, debitAccount, listBalances } from './operator/balances.ts';
import { deleteBan, listBans } from './operator/bans.ts';
import { listChains, mineBlocks, reorganiseChain } from './operator/chain.ts';
import {
  assignDeposit,
  createDeposit,
  getDeposit,
  listDepositAddresses,
  listDeposits,
  putDepositAddress,
  returnDeposit,
  reverseDeposit,
} from './operator/deposits.ts';
import { getDividend, listDividends, payDividend } from './operator/dividends.ts';
import { getIntegrity } from './operator/integrity.ts';
import { getNetwork, listNetworks, patchNetwork, putNetwork } from './operator/networks.ts';
import { listPrices, listSymbols, putPrice, putSymbol } from './operator/prices-and-symbols.ts';
import { getSettings, putSettings, putSystemStatus, resealSecrets } from './operator/system.ts';
import { putTradingLock, recordOrderEvents } from './operator/trading.ts';
import {
  approveWithdrawal,
  cancelWithdrawal,
  confirmWithdrawal,
  failWithdrawal,
  getWithdrawal,
  listWithdrawals,
  rejectWithdrawal,
  resendWithdrawal,
} from './operator/withdrawals.ts';

export const operatorOperations = {
  createAccount,
  listAccounts,
  updateAccount,
  putAddressBookEntry,
  listAddressBook,
  deleteAddressBookEntry,
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
  reverseDeposit,
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

export type OperatorOperations = typeof operatorOperations;
export type OperatorOperationName = keyof OperatorOperations;
