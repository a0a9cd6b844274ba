/**
 * Hints for the error about an unknown path: the path with the same purpose, if there is one. They help with paths of
 * the current API of the exchange, misspelt paths and the wrong port.
 */
import { customerOperations } from '../contract/customer-operations.ts';
import type { DetailsOf } from '../contract/errors.ts';

/** Wallet paths of the exchange's current API, without their version, by the path with the same purpose. */
const currentPaths: Readonly<Record<string, readonly string[]>> = {
  '/wapi/v3/withdraw.html': ['/sapi/capital/withdraw/apply', '/sapi/localentity/withdraw/apply'],
  '/wapi/v3/withdrawHistory.html': ['/sapi/capital/withdraw/history', '/sapi/localentity/withdraw/history'],
  '/wapi/v3/depositHistory.html': ['/sapi/capital/deposit/hisrec', '/sapi/localentity/deposit/history'],
  '/wapi/v3/depositAddress.html': ['/sapi/capital/deposit/address', '/sapi/capital/deposit/address/list'],
  '/wapi/v3/accountStatus.html': ['/sapi/account/status'],
  '/wapi/v3/apiTradingStatus.html': ['/sapi/account/apitradingstatus'],
  '/wapi/v3/systemStatus.html': ['/sapi/system/status'],
  '/wapi/v3/assetDetail.html': ['/sapi/asset/assetdetail', '/sapi/capital/config/getall'],
  '/wapi/v3/tradeFee.html': ['/sapi/asset/tradefee'],
  '/wapi/v3/userAssetDribbletLog.html': ['/sapi/asset/dribblet'],
  '/wapi/v3/sub-account/list.html': ['/sapi/sub-account/list'],
  '/wapi/v3/sub-account/assets.html': ['/sapi/sub-account/assets'],
  '/wapi/v3/sub-account/transfer.html': [
    '/sapi/sub-account/universaltransfer',
    '/sapi/sub-account/transfer/subtosub',
    '/sapi/sub-account/transfer/subtomaster',
  ],
  '/wapi/v3/sub-account/transfer/history.html': [
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
const served = customerOperations.flatMap(({ method, paths }) =>
  paths.map((path) => ({ path, hint: `use ${method} ${paths.at(-1)}` })),
);
for (const { path, hint } of served) for (const each of currentPaths[path] ?? []) hints.set(each, hint);
// These come later, because a path that is served matters more.
for (const { path, hint } of served) hints.set(simplified(path), hint);
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
