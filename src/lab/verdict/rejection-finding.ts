/** The conduct of a client after a rejection with 429 or 418: whether it waited as long as the reply said. */
import type { LoggedRequest } from '../logged-request.ts';
import { type Finding, listed, numbersOf } from './finding.ts';

/** Timers may end this much early. */
const toleranceMs = 20;
/** Another worker of the client may send a request before it learns of the rejection: the reply takes its time. */
const unawareMs = 100;
const bannedStatus = 418;

/**
 * @param rejected the requests that one fault rejected, in the order of arrival
 * @param later the requests of the same client from the first of them on
 */
export function findAfterRejection(
  rejected: readonly [LoggedRequest, ...LoggedRequest[]],
  later: readonly LoggedRequest[],
): Finding {
  const [first] = rejected;
  const early = later.filter((each) => rejected.some((rejection) => isTooEarly(each, rejection)));
  const what = `Request ${first.number} (${first.operation}) was rejected with ${first.status}, and nothing was done.`;
  if (early.length > 0) return tooEarly(first, early, what);
  const last = rejected.at(-1) ?? first;
  const after = later.filter(({ number }) => number > last.number);
  if (after.length === 0) {
    const sentence = `${what} The client has sent nothing since.`;
    return { verdict: 'open', actions: ['did-nothing'], sentence, requests: numbersOf(rejected) };
  }
  const repeated = after.filter(({ operation }) => operation === first.operation);
  const sentence = `${what} The client waited as long as Retry-After said${repeated.length > 0 ? `, and then repeated it by ${listed(repeated)}` : ''}.`;
  const actions = repeated.length > 0 ? (['waited', 'repeated'] as const) : (['waited'] as const);
  return { verdict: 'right', actions, sentence, requests: numbersOf([...rejected, ...repeated]) };
}

function tooEarly(first: LoggedRequest, early: readonly LoggedRequest[], what: string): Finding {
  const isBan = first.status === bannedStatus;
  const rule = isBan
    ? 'although the client was banned'
    : `before the ${first.retryAfterSeconds} s of Retry-After had passed`;
  return {
    verdict: 'wrong',
    actions: [isBan ? 'went-on-while-banned' : 'ignored-retry-after'],
    sentence: `${what} The client went on with ${listed(early)} ${rule}.`,
    requests: numbersOf([first, ...early.filter(({ number }) => number !== first.number)]),
  };
}

/** If the clock of the world was advanced, its time counts, because rejections end by it. */
function waitedMs(each: LoggedRequest, rejection: LoggedRequest): number {
  const inWorld = each.worldAt - rejection.worldAt;
  return inWorld > each.at - rejection.at ? inWorld : each.at - rejection.answeredAt;
}

/** A repetition of the rejected operation is always meant; another request only if the client must have known. */
function isTooEarly(each: LoggedRequest, rejection: LoggedRequest): boolean {
  const { answeredAt, answeredAfter, retryAfterSeconds, operation } = rejection;
  if (each.number <= answeredAfter || waitedMs(each, rejection) >= retryAfterSeconds * 1000 - toleranceMs)
    return false;
  return each.operation === operation || each.at > answeredAt + unawareMs;
}

/** The key, or the address of a request without one. */
export function clientOf({ key, ip }: LoggedRequest): string {
  return key === null ? `ip ${ip}` : `key ${key.apiKey}`;
}
