/** The conduct of a client after a fault, and whether it was right. */
import type { LoggedRequest } from '../logged-request.ts';

export type Verdict = 'right' | 'wrong' | 'open';

export type Action =
  | 'waited'
  | 'looked-up'
  | 'repeated'
  | 'repeated-with-new-id'
  | 'paid-twice'
  | 'done-twice'
  | 'ignored-retry-after'
  | 'went-on-while-banned'
  | 'did-nothing';

export type Finding = {
  readonly verdict: Verdict;
  readonly actions: readonly Action[];
  /** The incident in words, for people. */
  readonly sentence: string;
  /** The numbers of the requests that it relies on. */
  readonly requests: readonly number[];
};

const wholeEndings: ReadonlySet<string> = new Set(['normal', 'delay']);

/** Whether the client got the whole reply, if late. */
export const isWhole = ({ status, ending, isAbandoned }: LoggedRequest) =>
  status === 200 && wholeEndings.has(ending) && !isAbandoned;

/** A request with a fault, in words. */
export function inWords(request: LoggedRequest): string {
  const { number, operation, done } = request;
  if (!request.isAnswered)
    return `Request ${number} (${operation}) is still delayed: it has not been executed yet.`;
  const work =
    done === 'done' ? 'was executed' : done === 'not-done' ? 'was not executed' : 'may have been executed';
  return `Request ${number} (${operation}) ${work}, and ${replyInWords(request)}.`;
}

function replyInWords({ status, ending, isAbandoned }: LoggedRequest): string {
  if (isAbandoned) return 'its client left before the late reply';
  if (ending === 'reset') return 'the connection was reset';
  if (ending === 'hang') return 'no reply was sent';
  if (ending === 'truncate') return 'the reply was cut off';
  if (ending === 'delay') return `the reply (${status}) was late`;
  return ending === 'false-success' ? 'the reply said that it had failed' : `the reply was ${status}`;
}

export const numbersOf = (requests: readonly LoggedRequest[]) => requests.map(({ number }) => number);

/** Up to five numbers, in words. */
export function listed(requests: readonly LoggedRequest[]): string {
  const maxListed = 5;
  const numbers = numbersOf(requests.slice(0, maxListed)).join(', ');
  const more = requests.length > maxListed ? ` and ${requests.length - maxListed} more` : '';
  return `${requests.length === 1 ? 'request' : 'requests'} ${numbers}${more}`;
}
