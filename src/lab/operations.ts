/** The names of operations in rules, and the kinds of operations that presets apply to. */
import { present } from '../boundary/present.ts';
import { customerOperations } from '../contract/customer-operations.ts';
import { nearest } from '../contract/nearest.ts';
import type { Operation } from '../contract/operation.ts';
import type { OperationKind } from './preset.ts';

/** The operations of today that do the same as one of wapi. The name of the latter means all of them. */
const counterparts: Readonly<Record<string, readonly string[]>> = {
  withdraw: ['capitalWithdrawApply', 'localentityWithdrawApply'],
  withdrawHistory: ['capitalWithdrawHistory', 'localentityWithdrawHistory', 'localentityWithdrawHistoryV1'],
  depositHistory: ['capitalDepositHisrec', 'subAccountDepositHisrec'],
  depositAddress: ['capitalDepositAddress', 'capitalDepositAddressList', 'subAccountDepositAddress'],
  assetDetail: ['sapiAssetDetail'],
  tradeFee: ['sapiTradeFee'],
  systemStatus: ['sapiSystemStatus'],
  accountStatus: ['sapiAccountStatus'],
  apiTradingStatus: ['sapiApiTradingStatus'],
  userAssetDribbletLog: ['dribblet'],
  subAccountList: ['sapiSubAccountList'],
  subAccountAssets: ['subAccountAssetsV3', 'subAccountAssetsV4'],
  subAccountTransferHistory: ['sapiSubAccountTransferHistory', 'universalTransferHistory'],
  subAccountTransfer: ['transferSubToMaster', 'transferSubToSub', 'universalTransfer'],
};

/** Each name with the ids of the operations that it means. */
export const operationNames: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...customerOperations.map(({ id }) => [id, new Set([id, ...(counterparts[id] ?? [])])] as const),
  ...customerOperations.map(({ id, dialect }) => [`${dialect.name}.${id}`, new Set([id])] as const),
]);

export const withdrawals = present(operationNames.get('withdraw'));

/** Whether it is a history of deposits; not one of a sub-account that its master asks for. */
const isDepositHistory = ({ id, parameters }: Operation) =>
  operationNames.get('depositHistory')?.has(id) === true && !('email' in parameters);
const isWithdrawalHistory = ({ id }: Operation) => operationNames.get('withdrawHistory')?.has(id) === true;

const histories = new Set(
  ['withdrawHistory', 'depositHistory'].flatMap((name) => [...(operationNames.get(name) ?? [])]),
);

const kinds: Readonly<Record<OperationKind, (operation: Operation) => boolean>> = {
  all: () => true,
  writes: ({ writes }) => writes,
  reads: ({ writes }) => !writes,
  withdrawals: ({ id }) => withdrawals.has(id),
  histories: (operation) => isWithdrawalHistory(operation) || isDepositHistory(operation),
  'withdrawal-histories': isWithdrawalHistory,
  'deposit-histories': isDepositHistory,
};

export function isOfKind(operation: Operation, kind: OperationKind): boolean {
  return kinds[kind](operation);
}

/** Whether the reply shows rows of withdrawals or deposits. */
export function showsHistory({ id }: Operation): boolean {
  return histories.has(id);
}

/** Whether the operation with this id shows deposits. */
export function showsDeposits(id: string): boolean {
  return operationNames.get('depositHistory')?.has(id) === true;
}

/** The operations that are of each of these kinds. */
export function operationsOfKind(...wanted: readonly OperationKind[]): readonly Operation[] {
  return customerOperations.filter((operation) => wanted.every((kind) => isOfKind(operation, kind)));
}

/** @returns up to three known names that resemble an unknown one. */
export function similarNames(unknown: string): readonly string[] {
  const left = new Set(operationNames.keys());
  const found: string[] = [];
  while (found.length < 3) {
    const name = nearest(unknown, left);
    if (name === undefined) break;
    found.push(name);
    left.delete(name);
  }
  return found;
}
