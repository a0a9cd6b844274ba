/** The step of the pipeline that compares the time of a request with the clock. */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import type { Timing } from '../contract/dialect.ts';
import { reject } from '../contract/errors.ts';
import { isSigned } from '../contract/operation.ts';
import { defaultRecvWindowMs, firstMicroseconds, maxRecvWindowMs } from '../contract/signing.ts';
import { decodeComponent, singleValue } from '../http/raw-parameters.ts';
import { illegalCharacters, readLong } from './parameters.ts';
import type { RequestContext } from './request-context.ts';

export function checkTimestamp(context: RequestContext): CustomerRejection | undefined {
  if (!isSigned(context.operation.security)) return undefined;
  const notAfterMs = readWindow(context, context.operation.dialect.timing);
  if (typeof notAfterMs !== 'number') return notAfterMs;
  context.notAfterMs = notAfterMs;
  return undefined;
}

type Timed = Pick<RequestContext, 'raw' | 'wireMs'>;

/**
 * spec: timestamp < serverTime + 1000 && serverTime - timestamp <= recvWindow, literally.
 * @returns the latest time at which the request may take effect, ms.
 */
export function readWindow(request: Timed, timing: Timing): number | CustomerRejection {
  const recvWindowMs = readRecvWindow(request, timing) ?? defaultRecvWindowMs;
  if (typeof recvWindowMs !== 'number') return recvWindowMs;
  if (recvWindowMs > maxRecvWindowMs) return reject('recv-window-too-large');
  const timestampMs = readTimestamp(request, timing);
  if (typeof timestampMs !== 'number') return timestampMs;
  if (timestampMs >= request.wireMs + 1000) return reject('timestamp-outside-window', { ahead: true });
  const notAfterMs = timestampMs + recvWindowMs;
  return request.wireMs > notAfterMs ? reject('timestamp-outside-window') : notAfterMs;
}

/** @returns ms, undefined if it was not sent or is empty. */
function readRecvWindow(context: Timed, timing: Timing): number | undefined | CustomerRejection {
  const sent = readOnce(context, 'recvWindow');
  if (typeof sent !== 'string') return sent;
  if (sent === '') return undefined;
  const decimals = timing.recvWindowDecimals;
  if (decimals === 0 || !sent.includes('.')) return readLong('recvWindow', sent, unbounded);
  const legalRange = `^[0-9]{1,16}(\\.[0-9]{1,${decimals}})?$`;
  return new RegExp(legalRange).test(sent) ? Number(sent) : illegalCharacters('recvWindow', legalRange);
}

/** @returns ms, with a fraction if it was sent in microseconds. */
function readTimestamp(context: Timed, { microseconds }: Timing): number | CustomerRejection {
  const sent = readOnce(context, 'timestamp');
  if (sent === undefined) return reject('parameter-missing', { parameter: 'timestamp' });
  if (sent === '') return reject('parameter-empty', { parameter: 'timestamp' });
  if (typeof sent !== 'string') return sent;
  const time = readLong('timestamp', sent, unbounded);
  return microseconds && typeof time === 'number' && time >= firstMicroseconds ? time / 1000 : time;
}

const unbounded = { maximum: Number.MAX_SAFE_INTEGER };

function readOnce({ raw }: Timed, name: string): string | undefined | CustomerRejection {
  const sent = singleValue(raw, name);
  if (sent === null) return reject('parameters-too-many', { parameter: name });
  return sent === undefined ? undefined : (decodeComponent(sent) ?? sent);
}
