/** docs/dialects.md: how the two wallet APIs differ, point by point, from the contract alone. */

import { customerOperations } from '../../src/contract/customer-operations.ts';
import { type Dialect, sapi, wapi } from '../../src/contract/dialect.ts';
import { definitionOf } from '../../src/contract/error-table.ts';
import type { ErrorId } from '../../src/contract/errors.ts';
import { examplesOf } from '../../src/contract/openapi/openapi-errors.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { sapiErrors } from '../../src/contract/sapi-errors.ts';
import type { TSchema } from '../../src/contract/schema.ts';
import { wapiErrors } from '../../src/contract/wapi-errors.ts';
import { wrapLines } from './wrap-lines.ts';

/** Paths with the same purpose. */
const counterparts: Readonly<Record<string, readonly string[]>> = {
  '/wapi/v3/systemStatus.html': ['/sapi/v1/system/status'],
  '/wapi/v3/withdraw.html': ['/sapi/v1/capital/withdraw/apply', '/sapi/v1/localentity/withdraw/apply'],
  '/wapi/v3/withdrawHistory.html': [
    '/sapi/v1/capital/withdraw/history',
    '/sapi/v2/localentity/withdraw/history',
  ],
  '/wapi/v3/depositHistory.html': ['/sapi/v1/capital/deposit/hisrec'],
  '/wapi/v3/depositAddress.html': [
    '/sapi/v1/capital/deposit/address',
    '/sapi/v1/capital/deposit/address/list',
  ],
  '/wapi/v3/assetDetail.html': ['/sapi/v1/asset/assetDetail', '/sapi/v1/capital/config/getall'],
  '/wapi/v3/tradeFee.html': ['/sapi/v1/asset/tradeFee'],
  '/wapi/v3/userAssetDribbletLog.html': ['/sapi/v1/asset/dribblet'],
  '/wapi/v3/accountStatus.html': ['/sapi/v1/account/status'],
  '/wapi/v3/apiTradingStatus.html': ['/sapi/v1/account/apiTradingStatus'],
  '/wapi/v3/sub-account/list.html': ['/sapi/v1/sub-account/list'],
  '/wapi/v3/sub-account/assets.html': ['/sapi/v3/sub-account/assets', '/sapi/v4/sub-account/assets'],
  '/wapi/v3/sub-account/transfer.html': ['/sapi/v1/sub-account/universalTransfer'],
  '/wapi/v3/sub-account/transfer/history.html': [
    '/sapi/v1/sub-account/universalTransfer',
    '/sapi/v1/sub-account/sub/transfer/history',
  ],
};

type Point = readonly [point: string, wapi: string, sapi: string];

export function dialectsPage(columns: number): string {
  return `# Two dialects over one ledger

Bursar serves the wallet API of 2019 (\`/wapi\`) and that of today (\`/sapi\`) at the same time. Both give the same
commands and read the same rows: what one did, the other shows, and no rule of money exists twice. This page lists what
differs on the wire. It is generated from the contract by \`npm run check:docs -- --write\`.

## Everywhere

${table(['', '/wapi', '/sapi'], points())}

${wrapLines(sharedText, columns)}

## The same purpose

Pages: the parameter for the number of rows, and its maximum.

${table(purposeHead, purposes())}

## Errors with another code or text

${table(['', '/wapi', '/sapi'], differingErrors())}

## All operations of /sapi

Weights: of the IP address or of the account, in a counter that each operation has for itself. Interval: the longest
from \`startTime\` to \`endTime\`, both included; a longer one is rejected with the code. Page: the parameter for the
number of rows, and its maximum. Order: of the rows of a history.

${table(['Operation', 'Weight', 'Permission', 'Interval', 'Page', 'Order'], operationRows())}
`;
}

const purposeHead = [
  '/wapi',
  '/sapi',
  'Parameters of /wapi only',
  'Parameters of /sapi only',
  'Page of /wapi',
  'Page of /sapi',
  'Reply of /sapi',
];

const sharedText = `\`POST /sapi/v1/asset/dust\` and \`GET /sapi/v1/asset/assetDividend\` are in the specification of 2019 already. They
keep its error body, its texts, its shared pool of weights, and the order of dividends: oldest first.`;

function points(): readonly Point[] {
  const of = (describe: (dialect: Dialect) => string): readonly [string, string] => [
    describe(wapi),
    describe(sapi),
  ];
  return [
    ['body of an error', ...of(errorBodyOf)],
    [
      'body for a path that is not served',
      ...of(({ unknownPathBody }) =>
        unknownPathBody === undefined ? 'as of every error' : gatewayKeys(unknownPathBody),
      ),
    ],
    [
      '`BURSAR_ERROR_STYLE=legacy200`',
      ...of(({ hasLegacyErrors }) => (hasLegacyErrors ? 'applies' : 'does not apply')),
    ],
    [
      '`timestamp`',
      ...of(({ timing }) => (timing.microseconds ? 'milliseconds or microseconds' : 'milliseconds')),
    ],
    ['decimals of `recvWindow`', ...of(({ timing }) => String(timing.recvWindowDecimals))],
    ['booleans', ...of(({ booleansInAnyCase }) => (booleansInAnyCase ? '`true`, `True`, `TRUE`' : '`true`'))],
    ['amounts in histories', 'JSON numbers, exact', 'strings, exact'],
    [
      'transaction id of a transfer inside the exchange',
      '`Internal transfer <n>`',
      '`Off-chain transfer <n>`',
    ],
    ['order of histories', ...of(orderOfHistories)],
  ];
}

/** The order of most histories of a dialect, and the exceptions. */
function orderOfHistories(of: Dialect): string {
  const histories = customerOperations.filter(({ dialect, order }) => dialect === of && order !== null);
  const [rare = [], common = []] = (['oldest first', 'newest first'] as const)
    .map((wanted) => histories.filter(({ order }) => order === wanted))
    .sort((one, other) => one.length - other.length);
  const exceptions = rare.map(({ paths }) => `\`${paths.at(-1)}\``).sort();
  return [`${common[0]?.order}`, ...(exceptions.length > 0 ? [`except ${exceptions.join(', ')}`] : [])].join(
    ', ',
  );
}

const errorBodyOf = ({ errorBody }: Dialect) =>
  `\`${JSON.stringify(errorBody({ success: false, code: -4026, msg: '…' }))}\``;

function gatewayKeys(bodyOf: NonNullable<Dialect['unknownPathBody']>): string {
  const keys = Object.keys(bodyOf({ path: '', message: '', nowMs: 0 }));
  return `\`{${keys.join(', ')}}\``;
}

function purposes(): string[][] {
  return Object.entries(counterparts).flatMap(([path, others]) => {
    const earlier = operationsAt(path);
    return others.flatMap(operationsAt).flatMap((current) => {
      const old = earlier.find(({ method }) => method === current.method);
      return old === undefined ? [] : [purposeRow(old, current)];
    });
  });
}

function purposeRow(old: Operation, current: Operation): string[] {
  const names = ({ parameters }: Operation) => Object.keys(parameters);
  const without = (all: Operation, rest: Operation) =>
    names(all)
      .filter((name) => !names(rest).includes(name))
      .map((name) => `\`${name}\``)
      .join(', ');
  return [
    `\`${old.method} ${old.paths.at(-1)}\``,
    `\`${current.method} ${current.paths.at(-1)}\``,
    without(old, current),
    without(current, old),
    pageOf(old),
    pageOf(current),
    shapeOf(current.reply),
  ];
}

function operationsAt(path: string): readonly Operation[] {
  const found = customerOperations.filter(({ paths }) => paths.includes(path));
  if (found.length === 0)
    throw new Error(`tools/docs/dialects-page.ts names ${path}, which no operation has`);
  return found;
}

/** The outer shape of a reply: `[…]`, or the keys of an object. */
function shapeOf(reply: TSchema): string {
  const { type, properties } = reply as { type?: string; properties?: object };
  if (type === 'array') return '`[…]`';
  return properties === undefined ? '`{…}`' : `\`{${Object.keys(properties).join(', ')}}\``;
}

function differingErrors(): string[][] {
  const ids = (Object.keys(wapiErrors) as ErrorId[]).filter((id) => id in sapiErrors);
  return ids.flatMap((id) => {
    const [old, current] = [errorText(wapiErrors, id), errorText(sapiErrors, id)];
    return old === undefined || current === undefined || old === current ? [] : [[id, old, current]];
  });
}

function errorText(table: typeof wapiErrors | typeof sapiErrors, id: ErrorId): string | undefined {
  const definition = definitionOf(table, id);
  const [example] = examplesOf(id);
  return definition && `${definition.code}: ${definition.text(example)}`;
}

function operationRows(): string[][] {
  return customerOperations
    .filter(({ dialect }) => dialect === sapi)
    .sort((one, other) => (String(one.paths[0]) < String(other.paths[0]) ? -1 : 1))
    .map((operation) => [
      `\`${operation.method} ${operation.paths[0]}\``,
      weightsOf(operation),
      operation.permission ?? 'none',
      intervalOf(operation),
      pageOf(operation),
      operation.order ?? '',
    ]);
}

function weightsOf({ weights, weight }: Operation): string {
  if (weights === null) return `${weight} in the shared pool`;
  const { address, account, per = 'minute' } = weights;
  return [
    ...(address === undefined ? [] : [`${address} of the address`]),
    ...(account === undefined ? [] : [`${account} of the account`]),
  ]
    .map((each) => `${each} per ${per}`)
    .join(', ');
}

function intervalOf({ window }: Operation): string {
  if (window === null) return '';
  const { days, withOrderIdDays, error } = window;
  const longest = `${days} days (${definitionOf(sapiErrors, error)?.code})`;
  return withOrderIdDays === undefined
    ? longest
    : `${longest}; ${withOrderIdDays} days with \`withdrawOrderId\``;
}

/** The parameter for the number of rows of a page, with its maximum. */
function pageOf({ parameters }: Operation): string {
  const name = ['limit', 'size'].find((each) => each in parameters);
  const maximum = name && (parameters[name] as { readonly maximum?: number } | undefined)?.maximum;
  return maximum === undefined ? '' : `\`${name}\` ≤ ${maximum}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
