/** The conduct of a client after a faulty reply to a withdrawal. Stored withdrawals decide whether it paid twice. */
import { present } from '../../boundary/present.ts';
import type { WithdrawalStage } from '../../contract/withdrawal-stages.ts';
import type { Row } from '../../store/tables.ts';
import type { LoggedRequest } from '../logged-request.ts';
import { type IntendedPayment, wouldFind } from '../payment.ts';
import { type Finding, inWords, isWhole, listed, numbersOf } from './finding.ts';

export type Stored = Pick<Row<'withdrawals'>, 'id' | 'orderId' | 'stage' | 'appliedAt' | 'settledAt'>;

type Case = {
  readonly first: LoggedRequest;
  /** Later requests with the same order id. */
  readonly repeated: readonly LoggedRequest[];
  /** Later requests for the same payment under another order id, or without one. */
  readonly renewed: readonly LoggedRequest[];
  readonly lookups: readonly LoggedRequest[];
  /** Every withdrawal of this payment since the first request. */
  readonly stored: readonly Stored[];
};

/** @param later the requests of the same account with a higher number */
export function findPayment(
  first: LoggedRequest & { readonly payment: IntendedPayment },
  later: readonly LoggedRequest[],
  stored: readonly Stored[],
): Finding {
  const { payment } = first;
  const repeated = later.filter((each) => hasOrderId(each, payment.orderId));
  const renewed = later.filter(
    (each) =>
      each.payment !== null && each.payment.content === payment.content && !hasOrderId(each, payment.orderId),
  );
  const withdrawal = { id: first.withdrawalId, at: first.worldAt };
  const lookups = later.filter(({ lookup }) => lookup !== null && wouldFind(lookup, payment, withdrawal));
  const found = { first, repeated, renewed, lookups, stored };
  if (stored.filter(isPaid).length > 1) return findPaidTwice(found);
  return renewed.length > 0 ? findRenewed(found) : findCautious(found);
}

const byNumber = (one: LoggedRequest, other: LoggedRequest) => one.number - other.number;

const hasOrderId = ({ payment }: LoggedRequest, orderId: string | null) =>
  payment !== null && orderId !== null && payment.orderId === orderId;

/** The stages in which a withdrawal has ended without being paid. */
const unpaidStages: ReadonlySet<WithdrawalStage> = new Set(['cancelled', 'rejected', 'failed']);

const isPaid = ({ stage }: Stored) => !unpaidStages.has(stage);

/** The second payment may have been submitted to another process, so that no request of the log has renewed it. */
function findPaidTwice({ first, repeated, renewed, stored }: Case): Finding {
  const [again] = renewed;
  const how =
    again === undefined
      ? 'under another order id, or without one, by a request that is not in the log of this process'
      : `under ${idInWords(again)} by ${listed(renewed)}`;
  const paid = stored.filter(isPaid).map(({ id }) => id);
  const sentence = `${inWords(first)} The same payment was submitted again ${how}: it was paid twice (withdrawals ${paid.join(' and ')}).`;
  const requests = numbersOf([first, ...(again === undefined ? repeated : renewed)].sort(byNumber));
  return { verdict: 'wrong', actions: ['repeated-with-new-id', 'paid-twice'], sentence, requests };
}

/** The client has submitted the payment again under another order id, or without one. */
function findRenewed(found: Case): Finding {
  const { first, renewed, lookups } = found;
  const again = present(renewed[0]);
  const lookedUp = lookups.filter(({ number }) => number < again.number);
  const what = `${inWords(first)} The same payment was submitted again under ${idInWords(again)} by ${listed(renewed)}`;
  const requests = numbersOf([first, ...lookedUp, ...renewed].sort(byNumber));
  if (lookedUp.length === 0) {
    const doubt = isWhole(first)
      ? 'without looking up whether the first one had ended without being paid.'
      : 'without looking up whether the first one had been executed. If it had been, that pays twice; the same withdrawOrderId never does.';
    const sentence = `${what} ${doubt}`;
    return { verdict: 'wrong', actions: ['repeated-with-new-id'], sentence, requests };
  }
  const actions = ['looked-up', 'repeated-with-new-id'] as const;
  if (mayStillBePaid(found, again)) {
    const sentence = `${what}, although the first one could still be paid.`;
    return { verdict: 'wrong', actions, sentence, requests };
  }
  if (!first.isAnswered)
    return {
      verdict: 'open',
      actions,
      sentence: `${what}, after a look-up (${listed(lookedUp)}).`,
      requests,
    };
  const reason = first.done === 'done' ? 'had ended without being paid' : 'had not been executed';
  const sentence = `${what}, after a look-up (${listed(lookedUp)}): the first one ${reason}.`;
  return { verdict: 'right', actions, sentence, requests };
}

/** Whether the withdrawal of the first request was open or paid when the payment was submitted again. */
function mayStillBePaid({ first, stored }: Case, again: LoggedRequest): boolean {
  if (first.withdrawalId === null) return first.isAnswered && first.done === 'unknown';
  const own = stored.find(({ id }) => id === first.withdrawalId);
  return own === undefined || isPaid(own) || own.settledAt === null || own.settledAt > again.worldAt;
}

/** Whether a look-up has shown the outcome: it came too early if it lacks a withdrawal that was submitted. */
function tells({ lookup }: LoggedRequest, { done, withdrawalId, isAnswered }: LoggedRequest): boolean {
  if (!isAnswered) return false;
  return done !== 'done' || withdrawalId === null || lookup?.shown.includes(withdrawalId) === true;
}

const idInWords = ({ payment }: LoggedRequest) =>
  payment?.orderId == null ? 'no order id' : `another order id (${payment.orderId})`;

/** Whether the withdrawal has ended without being paid after the client learned that it was submitted. */
function hasEndedUnpaid({ first, stored }: Case): boolean {
  const own = stored.find(({ id }) => id === first.withdrawalId);
  return own !== undefined && !isPaid(own);
}

function findCautious(found: Case): Finding {
  const { first, repeated, lookups } = found;
  const requests = numbersOf([first, ...lookups, ...repeated].sort(byNumber));
  const lookedUp = lookups.length > 0 ? (['looked-up'] as const) : [];
  if (repeated.length > 0) {
    const before = lookups.filter(({ number }) => number < present(repeated.at(-1)).number);
    const after = before.length > 0 ? `, after a look-up (${listed(before)})` : '';
    const sentence = `${inWords(first)} It was repeated with the same withdrawOrderId by ${listed(repeated)}${after}, which never pays twice.`;
    return { verdict: 'right', actions: [...lookedUp, 'repeated'], sentence, requests };
  }
  const telling = lookups.filter((each) => tells(each, first));
  if (telling.length > 0) {
    const sentence = `${inWords(first)} The outcome was looked up by ${listed(telling)}.`;
    return { verdict: 'right', actions: ['looked-up'], sentence, requests };
  }
  if (isWhole(first) && hasEndedUnpaid(found)) {
    const sentence = `${inWords(first)} Since then the withdrawal has ended without being paid, and the client has not looked, so it cannot know.`;
    return { verdict: 'open', actions: ['did-nothing'], sentence, requests };
  }
  if (isWhole(first)) {
    const sentence = `${inWords(first)} The client waited, and did not submit it again.`;
    return { verdict: 'right', actions: ['waited'], sentence, requests };
  }
  if (lookups.length > 0) {
    const sentence = `${inWords(first)} The outcome was looked up by ${listed(lookups)}, which did not show the withdrawal yet. It takes a later look-up, or a repetition with the same withdrawOrderId.`;
    return { verdict: 'open', actions: ['looked-up'], sentence, requests };
  }
  const sentence = `${inWords(first)} So far the client has neither looked up the outcome nor repeated it with the same withdrawOrderId.`;
  return { verdict: 'open', actions: ['did-nothing'], sentence, requests };
}
