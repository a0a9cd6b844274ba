/** What a client did after it was refused with 429 or 418: whether it waited as long as the reply said. */
import type { LoggedRequest } from '../request-log.ts';
import { type Finding, listed, numbersOf } from './finding.ts';

/** Timers may end this much early. */
const toleranceMs = 20;
/** Another worker of the client may send a request before it learns of the refusal: the reply takes its time. */
const unawareMs = 100;
const bannedStatus = 418;

/**
 * @param refused the requests that one fault refused, in the order of arrival
 * @param later the requests of the same client from the first of them on
 */
export function findAfterRefusal(
  refused: readonly [LoggedRequest, ...LoggedRequest[]],
  later: readonly LoggedRequest[],
): Finding {
  const [first] = refused;
  const early = later.filter((each) => refused.some((refusal) => isTooEarly(each, refusal)));
  const what = `Request ${first.number} (${first.operation}) was refused with ${first.status}, and nothing was done.`;
  if (early.length > 0) return tooEarly(first, early, what);
  const last = refused.at(-1) ?? first;
  const after = later.filter(({ number }) => number > last.number);
  if (after.length === 0) {
    const sentence = `${what} The client has sent nothing since.`;
    return { verdict: 'open', actions: ['did-nothing'], sentence, requests: numbersOf(refused) };
  }
  const repeated = after.filter(({ operation }) => operation === first.operation);
  const sentence = `${what} The client waited as long as Retry-After said${repeated.length > 0 ? `, and then repeated it by ${listed(repeated)}` : ''}.`;
  const actions = repeated.length > 0 ? (['waited', 'repeated'] as const) : (['waited'] as const);
  return { verdict: 'right', actions, sentence, requests: numbersOf([...refused, ...repeated]) };
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

/** A repetition of the refused operation is always meant; another request only if the client must have known. */
function isTooEarly(each: LoggedRequest, refusal: LoggedRequest): boolean {
  const { answeredAt, answeredAfter, retryAfterSeconds, operation } = refusal;
  if (each.number <= answeredAfter || each.at >= answeredAt + retryAfterSeconds * 1000 - toleranceMs)
    return false;
  return each.operation === operation || each.at > answeredAt + unawareMs;
}

export function isSameClient(one: LoggedRequest, other: LoggedRequest): boolean {
  return one.key === null ? other.ip === one.ip : other.key?.apiKey === one.key.apiKey;
}
