/**
 * The WebSocket API: decides on connections, and creates their sessions.
 *
 * deviation: connections are limited by their weight alone; the limit of 300 in five minutes for each address is not
 * applied.
 */
import { api } from '../../contract/dialect.ts';
import { describeError } from '../../contract/error-table.ts';
import { reject } from '../../contract/errors.ts';
import { type StreamRejection, streamErrors } from '../../contract/stream/stream-errors.ts';
import { connectingWeight } from '../../contract/stream/stream-methods.ts';
import type { RawReply } from '../../http/http-message.ts';
import { decodeComponent, singleValue, splitPairs } from '../../http/raw-parameters.ts';
import type { Admit } from '../../http/web-socket/message-channel.ts';
import { arrivalAt, consumeWeight } from '../weights.ts';
import type { StreamOptions } from './method-implementations.ts';
import { type StreamParts, StreamSession } from './stream-session.ts';

export function createStreamApi(parts: StreamParts): Admit {
  return async ({ target, ip }) => {
    const weighed = { usedWeight: 0, ownWeightHeader: undefined, retryAfterSeconds: 0 };
    const { limiter, clock } = parts;
    const limited = await consumeWeight(weighed, ip, connectingWeight, arrivalAt(clock), limiter);
    if (limited !== undefined) return refuse(limited, weighed.retryAfterSeconds);
    const options = readOptions(target);
    if ('rejected' in options) return refuse(options, 0);
    return (channel) => new StreamSession(parts, channel, options);
  };
}

function refuse(rejection: StreamRejection, retryAfterSeconds: number): RawReply {
  const { status, body } = describeError(rejection, streamErrors);
  const headers: Record<string, string> =
    retryAfterSeconds > 0 ? { 'retry-after': `${retryAfterSeconds}` } : {};
  return { status, headers, body: JSON.stringify(api.errorBody(body)) };
}

function readOptions(target: string): StreamOptions | StreamRejection {
  const mark = target.indexOf('?');
  const raw = { query: mark < 0 ? [] : splitPairs(target.slice(mark + 1)), body: [] };
  const optionOf = (name: string) => decodeComponent(singleValue(raw, name) ?? '')?.toUpperCase();
  // Null if it is repeated, which names no unit.
  const sent = singleValue(raw, 'timeUnit');
  const unit = sent === undefined || sent === '' ? 'MILLISECOND' : optionOf('timeUnit');
  if (unit !== 'MILLISECOND' && unit !== 'MICROSECOND') return reject('time-unit-invalid');
  return { unit, returnRateLimits: optionOf('returnRateLimits') !== 'FALSE' };
}
