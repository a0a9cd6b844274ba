/** What a client did after the reply to an operation other than a withdrawal went wrong. */
import { splitPairs } from '../../http/raw-parameters.ts';
import { operationNames } from '../operations.ts';
import type { LoggedRequest } from '../request-log.ts';
import { type Finding, inWords, isWhole, listed, numbersOf } from './finding.ts';

export function findRead(first: LoggedRequest): Finding {
  const sentence = `${inWords(first)} It changes nothing, so it may be repeated at any time.`;
  return { verdict: 'right', actions: ['waited'], sentence, requests: [first.number] };
}

/** Operations whose repetition moves money again, with those that show what was done. */
const movesMoney: readonly (readonly [operations: ReadonlySet<string>, lookups: ReadonlySet<string>])[] = [
  [
    new Set(['subAccountTransfer', 'transferSubToMaster', 'transferSubToSub', 'universalTransfer']),
    new Set([...(operationNames.get('subAccountTransferHistory') ?? []), 'subUserTransferHistory']),
  ],
  [new Set(['userUniversalTransfer']), new Set(['userUniversalTransferHistory'])],
  [new Set(['dust']), operationNames.get('userAssetDribbletLog') ?? new Set()],
];

/** @param later the requests of the same account with a higher number */
export function findWrite(first: LoggedRequest, later: readonly LoggedRequest[]): Finding {
  const { operation } = first;
  const moved = movesMoney.find(([operations]) => operation !== null && operations.has(operation));
  const content = contentOf(first);
  const repeated = later.filter((each) => each.operation === operation && contentOf(each) === content);
  const shows = moved?.[1] ?? new Set<string>();
  const lookups = later.filter(
    (each) => isWhole(each) && each.operation !== null && shows.has(each.operation),
  );
  const isSafe = moved === undefined || /(^|&)clientTranId=./.test(content);
  return repeated.length > 0 ? findRepeated(first, repeated, lookups, isSafe) : findLooked(first, lookups);
}

/** The parameters but those that are new in each request. */
function contentOf({ sent: { query, body } }: LoggedRequest): string {
  const isContent = ({ name }: { readonly name: string }) =>
    !['timestamp', 'recvWindow', 'signature'].includes(name);
  const pairs = [...splitPairs(query), ...splitPairs(body)].filter(isContent);
  return pairs
    .map(({ name, value }) => `${name}=${value}`)
    .sort()
    .join('&');
}

function findRepeated(
  first: LoggedRequest,
  repeated: readonly LoggedRequest[],
  lookups: readonly LoggedRequest[],
  isSafe: boolean,
): Finding {
  const what = `${inWords(first)} It was repeated by ${listed(repeated)}`;
  const requests = numbersOf([first, ...lookups, ...repeated]);
  if (isSafe)
    return {
      verdict: 'right',
      actions: ['repeated'],
      sentence: `${what}, which does nothing twice.`,
      requests,
    };
  const done = [first, ...repeated].filter((each) => each.done === 'done');
  if (done.length > 1)
    return {
      verdict: 'wrong',
      actions: ['repeated', 'done-twice'],
      sentence: `${what}: it was done twice.`,
      requests,
    };
  const lookedUp = lookups.some(({ number }) => number < Number(repeated[0]?.number));
  return lookedUp
    ? {
        verdict: 'right',
        actions: ['looked-up', 'repeated'],
        sentence: `${what}, after a look-up.`,
        requests,
      }
    : {
        verdict: 'wrong',
        actions: ['repeated'],
        sentence: `${what} without a look-up, although it may have been done.`,
        requests,
      };
}

function findLooked(first: LoggedRequest, lookups: readonly LoggedRequest[]): Finding {
  const requests = numbersOf([first, ...lookups]);
  if (lookups.length > 0) {
    const sentence = `${inWords(first)} The outcome was looked up by ${listed(lookups)}.`;
    return { verdict: 'right', actions: ['looked-up'], sentence, requests };
  }
  if (isWhole(first))
    return {
      verdict: 'right',
      actions: ['waited'],
      sentence: `${inWords(first)} The client waited.`,
      requests,
    };
  const sentence = `${inWords(first)} So far the client has done nothing about it.`;
  return { verdict: 'open', actions: ['did-nothing'], sentence, requests };
}
