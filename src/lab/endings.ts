/** Changes a reply by the ending of a fault. Nothing in a reply shows that it comes from the lab. */
import { parseJson } from '../boundary/json.ts';
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { bodyOfError, type Dialect } from '../contract/dialect.ts';
import { describeError } from '../contract/error-table.ts';
import { reject } from '../contract/errors.ts';
import type { RawReply } from '../http/http-message.ts';
import { type DelayDistribution, type Ending, maxDelayMs } from './fault.ts';

type Place = { readonly dialect: Dialect; readonly path: string; readonly nowMs: number };

/** Draws a number from 0 to 1; the same for the same argument. */
type Draw = (draw: number) => number;

/** @param withdrawalId the id that a reply with `success:false` may show */
export function applyEnding(
  reply: RawReply,
  ending: Ending,
  place: Place,
  draw: Draw,
  withdrawalId: string | null,
): RawReply {
  switch (ending.kind) {
    case 'status':
      return replyWithStatus(reply, ending, place);
    case 'false-success':
      return falseSuccess(reply, place, ending.withId ? withdrawalId : null);
    case 'delay':
      return { ...reply, ending: { kind: 'delay', ms: delayOf(ending, draw) } };
    case 'hang':
      return { ...reply, ending: { kind: 'hang', maxMs: maxDelayMs } };
    case 'reset':
      return { ...reply, ending };
    case 'truncate':
      return { ...reply, ending };
    default:
      return reply;
  }
}

/** Each random number of a firing has its own draw index; index 0 decides whether the rule fires. */
export function delayOf(delay: { readonly ms: number } | DelayDistribution, draw: Draw): number {
  if ('ms' in delay) return delay.ms;
  const drawn =
    delay.distribution === 'uniform'
      ? delay.minMs + draw(1) * (delay.maxMs - delay.minMs)
      : delay.medianMs * Math.exp(delay.sigma * standardNormal(draw));
  return Math.min(maxDelayMs, Math.round(drawn));
}

/** The method of Box and Muller. */
function standardNormal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw(1))) * Math.cos(2 * Math.PI * draw(2));
}

const reasons: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The page of a gateway, which has the headers of the gateway, not of the exchange. */
function replyWithStatus(
  reply: RawReply,
  { status, body }: Extract<Ending, { readonly kind: 'status' }>,
  place: Place,
): RawReply {
  if (body === 'json') return { ...reply, status, body: errorBody(rejectionOfStatus(status), place) };
  const title = `${status} ${reasons[status] ?? 'Error'}`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, contentType: 'text/html', body: body === 'html' ? page : '' };
}

function rejectionOfStatus(status: number): CustomerRejection {
  if (status === 504) return reject('outcome-unknown');
  return status === 503 ? reject('not-done') : reject('unknown');
}

function errorBody(rejection: CustomerRejection, { dialect, ...request }: Place): string {
  return JSON.stringify(bodyOfError(dialect, describeError(rejection, dialect.errors), request));
}

/** An operation that reports success in its body denies it there; others answer with an error. */
function falseSuccess(reply: RawReply, place: Place, withdrawalId: string | null): RawReply {
  const sent = parseJson<Record<string, unknown>>(reply.body);
  const id = withdrawalId === null ? {} : { id: withdrawalId };
  if (sent.accepted === true) {
    const { trId } = sent;
    const body = {
      ...(withdrawalId !== null && { trId }),
      accepted: false,
      info: 'Questionnaire format not valid.',
    };
    return { ...reply, body: JSON.stringify(body) };
  }
  const error = parseJson<Record<string, unknown>>(errorBody(reject('unknown'), place));
  const status = place.dialect.hasLegacyErrors ? 200 : 400;
  return { ...reply, status, body: JSON.stringify({ ...error, ...id }) };
}
