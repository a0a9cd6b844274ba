/**
 * Hints for the error about an unknown path: the path with the same purpose, if there is one. They help with paths of
 * the current API of the exchange, misspelt paths and the wrong port.
 */
import { type CustomerOperationName, customerOperations } from '../contract/customer-operations.ts';
import type { DetailsOf } from '../contract/errors.ts';

/** Wallet paths of the exchange's current API, without their version, by the operation with the same purpose. */
const currentPaths: Partial<Record<CustomerOperationName, readonly string[]>> = {
  withdraw: ['/sapi/capital/withdraw/apply', '/sapi/localentity/withdraw/apply'],
  withdrawHistory: ['/sapi/capital/withdraw/history', '/sapi/localentity/withdraw/history'],
  depositHistory: ['/sapi/capital/deposit/hisrec', '/sapi/localentity/deposit/history'],
  depositAddress: ['/sapi/capital/deposit/address', '/sapi/capital/deposit/address/list'],
  accountStatus: ['/sapi/account/status'],
  apiTradingStatus: ['/sapi/account/apitradingstatus'],
  systemStatus: ['/sapi/system/status'],
  assetDetail: ['/sapi/asset/assetdetail', '/sapi/capital/config/getall'],
  tradeFee: ['/sapi/asset/tradefee'],
  dustLog: ['/sapi/asset/dribblet'],
  subAccountList: ['/sapi/sub-account/list'],
  subAccountAssets: ['/sapi/sub-account/assets'],
  subAccountTransfer: [
    '/sapi/sub-account/universaltransfer',
    '/sapi/sub-account/transfer/subtosub',
    '/sapi/sub-account/transfer/subtomaster',
  ],
  subAccountTransferHistory: [
    '/sapi/sub-account/sub/transfer/history',
    '/sapi/sub-account/transfer/subuserhistory',
  ],
};

/** Balances of the caller's own account, which no customer operation returns. */
const currentBalancePaths = [
  '/api/account',
  '/sapi/asset/getuserasset',
  '/sapi/asset/wallet/balance',
  '/sapi/accountsnapshot',
];
const operatorPaths = /^\/(operator(\/|$)|health$|ready$|metrics$)/;
const maxPathLength = 100;

const hints = new Map<string, string>();
for (const name of Object.keys(customerOperations) as CustomerOperationName[]) {
  const { method, paths } = customerOperations[name];
  const hint = `use ${method} ${paths.at(-1)}`;
  for (const path of [...paths, ...(currentPaths[name] ?? [])]) hints.set(simplified(path), hint);
}
for (const path of currentBalancePaths)
  hints.set(path, "use GET /operator/v1/accounts/{email}/balances of the operator's API");

/** Removes common misspellings: the version, the suffix `.html`, a trailing slash, and upper case. */
function simplified(path: string): string {
  return path
    .toLowerCase()
    .replace(/\/v\d+(?=\/)/, '')
    .replace(/\/+$/, '')
    .replace(/\.html?$/, '');
}

/** @returns the details of `path-unknown` for a path that customers cannot use. */
export function describeUnknownPath(path: string): DetailsOf<'path-unknown'> {
  const hint = operatorPaths.test(path)
    ? "it belongs to the operator's API, which has its own port"
    : hints.get(simplified(path.slice(0, maxPathLength)));
  return { path: shortened(path), ...(hint !== undefined && { hint }) };
}

/** @returns the details of `path-unknown` on the operator's port. */
export function describeUnknownOperatorPath(path: string): DetailsOf<'path-unknown'> {
  const isCustomers = /^\/(wapi|s?api)\//.test(path);
  return {
    path: shortened(path),
    ...(isCustomers && { hint: "it belongs to the customers' API, which has its own port" }),
  };
}

function shortened(path: string): string {
  return path.length > maxPathLength ? `${path.slice(0, maxPathLength)}…` : path;
}
