/**
 * Hints for the error about an unknown path: the path that was probably meant, if there is one. They help with misspelt
 * paths, the wrong port, and those parts of the exchange that are out of scope here.
 */
import { customerOperations } from '../contract/customer-operations.ts';
import type { DetailsOf } from '../contract/errors.ts';
import { streamPath } from '../contract/stream/stream-methods.ts';

/** Parts of the exchange's API that have nothing to do with a wallet: of /sapi, and with paths of their own. */
const outOfScope =
  /^\/(sapi\/(v\d+\/)?(margin|futures|portfolio|loan|vip|lending|simple-earn|(eth-|sol-|soft-)?staking|onchain-yields|bfusd|rwusd|mining|convert|algo|copytrading|managed-subaccount|broker|giftcard|c2c|pay|fiat|nft|rebate|dci|blvt|bswap|userlistentoken|userdatastream|sub-account\/(futures|margin|eoptions|blvt)|asset\/(custody|ledger-transfer)|localentity\/broker)|[fdep]api)(\/|$)/i;
const operatorPaths = /^\/(operator(\/|$)|health$|ready$|metrics$)/;
/** With the lab, the paths of a world that exists never come here. */
const worldPaths = /^\/w\/([^/]*)/;
const maxPathLength = 100;

/** The push interfaces of the exchange. */
const streamPaths = /^\/(ws-api|ws|stream|api\/v\d+\/userDataStream)(\/|$)/i;
const hints = new Map<string, string>();
const served = customerOperations.flatMap(({ method, paths }) =>
  paths.map((path) => ({ path, hint: `use ${method} ${paths.at(-1)}` })),
);
for (const { path, hint } of served) hints.set(simplified(path), hint);

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
  const hint = hintFor(path.slice(0, maxPathLength));
  return { path: shortened(path), ...(hint !== undefined && { hint }) };
}

function hintFor(path: string): string | undefined {
  const world = worldPaths.exec(path)?.[1];
  if (world !== undefined) return `there is no world '${world}', or the lab is closed`;
  if (operatorPaths.test(path)) return "it belongs to the operator's API, which has its own port";
  if (streamPaths.test(path))
    return `open a WebSocket at ${streamPath} and call userDataStream.subscribe.signature there`;
  const meant = hints.get(simplified(path));
  if (meant !== undefined || !outOfScope.test(path)) return meant;
  return 'trading, margin, futures, loans and the like are out of scope: only the wallet API is served';
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
