/**
 * What to say of a path that is not served: which path has the same purpose, where there is one. It makes clients of
 * today's API, misspelt paths and the wrong port explain themselves.
 */
import { type CustomerOperationName, customerOperations } from '../contract/customer-operations.ts';
import type { ErrorDetails } from '../contract/errors.ts';

/** Wallet paths of today's API, without their version, by the operation with the same purpose. */
const pathsOfToday: Partial<Record<CustomerOperationName, readonly string[]>> = {
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

/** Balances of an own account: no operation of ours tells them to customers. */
const balancesOfToday = [
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
  for (const path of [...paths, ...(pathsOfToday[name] ?? [])]) hints.set(simplified(path), hint);
}
for (const path of balancesOfToday)
  hints.set(path, "use GET /operator/v1/accounts/{email}/balances of the operator's API");

/** As paths are misspelt: the version, the suffix `.html`, a slash at the end, upper and lower case. */
function simplified(path: string): string {
  return path
    .toLowerCase()
    .replace(/\/v\d+(?=\/)/, '')
    .replace(/\/+$/, '')
    .replace(/\.html?$/, '');
}

/** Of a path that customers cannot use. @returns the details of `path-unknown`. */
export function describeUnknownPath(path: string): ErrorDetails {
  const hint = operatorPaths.test(path)
    ? "it belongs to the operator's API, which has a port of its own"
    : hints.get(simplified(path.slice(0, maxPathLength)));
  return { path: shortened(path), ...(hint !== undefined && { hint }) };
}

/** The same on the operator's port. */
export function describeUnknownOperatorPath(path: string): ErrorDetails {
  const isCustomers = /^\/(wapi|s?api)\//.test(path);
  return {
    path: shortened(path),
    ...(isCustomers && { hint: "it belongs to the customers' API, which has a port of its own" }),
  };
}

function shortened(path: string): string {
  return path.length > maxPathLength ? `${path.slice(0, maxPathLength)}…` : path;
}
