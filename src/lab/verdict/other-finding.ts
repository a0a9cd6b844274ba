/** The conduct of a client after a faulty reply to an operation other than a withdrawal. */

import type { LoggedRequest } from '../logged-request.ts';
import { operationNames } from '../operations.ts';
import { type Finding, inWords, isWhole, listed, numbersOf } from './finding.ts';

export function findRead(first: LoggedRequest): Finding {
  const sentence = `${inWords(first)} It changes nothing, so it may be repeated at any time.`;
  return { verdict: 'right', actions: ['waited'], sentence, requests: [first.number] };
}

/** Operations whose repetition does something again, with the operations that show whether they were executed. */
const notIdempotent: readonly (readonly [operations: ReadonlySet<string>, lookups: ReadonlySet<string>])[] = [
  [
    new Set(['subAccountTransfer', 'transferSubToMaster', 'transferSubToSub', 'universalTransfer']),
    new Set([...(operationNames.get('subAccountTransferHistory') ?? []), 'subUserTransferHistory']),
  ],
  [new Set(['userUniversalTransfer']), new Set(['userUniversalTransferHistory'])],
  [new Set(['dust']), operationNames.get('userAssetDribbletLog') ?? new Set()],
  [new Set(['createSubAccountKey', 'createSubAccountKeyV2']), new Set(['subAccountKeyList'])],
  [new Set(['createVirtualSubAccount']), operationNames.get('subAccountList') ?? new Set()],
];

type Case = {
  readonly first: LoggedRequest;
  /** Later requests with the same content, whatever their client id. */
  readonly repeated: readonly LoggedRequest[];
  readonly lookups: readonly LoggedRequest[];
};

/** @param later the requests of the same account with a higher number */
export function findWrite(first: LoggedRequest, later: readonly LoggedRequest[]): Finding {
  const { operation } = first;
  const harmful = notIdempotent.find(([operations]) => operation !== null && operations.has(operation));
  const repeated = later.filter((each) => each.operation === operation && hasSameContent(each, first));
  const shows = harmful?.[1] ?? new Set<string>();
  const lookups = later.filter(
    (each) => isWhole(each) && each.operation !== null && shows.has(each.operation),
  );
  const found = { first, repeated, lookups };
  if (repeated.length === 0) return findLooked(first, lookups);
  return harmful === undefined ? findHarmless(found) : findRepeated(found);
}

const hasSameContent = (one: LoggedRequest, other: LoggedRequest) =>
  one.content !== null && one.content.parameters === other.content?.parameters;

const clientIdOf = ({ content }: LoggedRequest) => content?.clientId ?? null;

const repeatedBy = (first: LoggedRequest, repeated: readonly LoggedRequest[]) =>
  `${inWords(first)} It was repeated by ${listed(repeated)}`;

/** The repetition of an operation that sets something, or with the same client id. */
function findHarmless({ first, repeated, lookups }: Case): Finding {
  const requests = numbersOf([first, ...lookups, ...repeated]);
  const hadEffect = first.done !== 'done' || clientIdOf(first) === null;
  const effect = hadEffect ? ', which is safe' : '; the repetition had no further effect';
  const sentence = `${repeatedBy(first, repeated)}${effect}.`;
  return { verdict: 'right', actions: ['repeated'], sentence, requests };
}

function findRepeated(found: Case): Finding {
  const { first, repeated, lookups } = found;
  const id = clientIdOf(first);
  const renewed = repeated.filter((each) => id === null || clientIdOf(each) !== id);
  const hasIds = [first, ...repeated].some((each) => clientIdOf(each) !== null);
  const action = hasIds && renewed.length > 0 ? 'repeated-with-new-id' : 'repeated';
  const what = `${repeatedBy(first, repeated)}${action === 'repeated' ? '' : ' under another clientTranId, or without one'}`;
  const requests = numbersOf([first, ...lookups, ...repeated]);
  if (executionsOf([first, ...repeated]) > 1) {
    const sentence = `${what}: it was executed more than once.`;
    return { verdict: 'wrong', actions: [action, 'done-twice'], sentence, requests };
  }
  const [again] = renewed;
  if (again === undefined) return findHarmless(found);
  if (lookups.some(({ number }) => number < again.number))
    return {
      verdict: first.isAnswered ? 'right' : 'open',
      actions: ['looked-up', action],
      sentence: `${what}, after a look-up.`,
      requests,
    };
  const sentence = `${what} without a look-up, although it may have been executed.`;
  return { verdict: 'wrong', actions: [action], sentence, requests };
}

/** Requests with the same client id are executed once. */
function executionsOf(requests: readonly LoggedRequest[]): number {
  const ids = requests.filter(({ done }) => done === 'done').map(clientIdOf);
  return new Set(ids.filter((id) => id !== null)).size + ids.filter((id) => id === null).length;
}

function findLooked(first: LoggedRequest, lookups: readonly LoggedRequest[]): Finding {
  const requests = numbersOf([first, ...lookups]);
  if (lookups.length > 0 && !first.isAnswered) {
    const sentence = `${inWords(first)} The outcome was looked up by ${listed(lookups)}, which is too early.`;
    return { verdict: 'open', actions: ['looked-up'], sentence, requests };
  }
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
