/**
 * The road of every request of a customer, as a list that can be read aloud: cheap checks before dear ones, the first
 * that fails answers.
 */
import { type Rejection, reject } from '../contract/errors.ts';
import { isSigned } from '../contract/operation.ts';
import { defaultRecvWindowMs, signing } from '../contract/signing.ts';
import { type Catalog, isInMaintenance } from '../domain/catalog/catalog.ts';
import { limitScope } from '../domain/ip-address.ts';
import type { Verdict as Weighing } from '../domain/rate-limit.ts';
import { isListed } from '../http/address-list.ts';
import { describeUnknownPath } from '../http/path-hints.ts';
import { decodeComponent, singleValue } from '../http/raw-parameters.ts';
import type { Limiter } from '../limiter/port.ts';
import type { Exchange } from './exchange.ts';
import type { ApiKey, KeyRing } from './key-ring.ts';
import { readLong, readParameters } from './parameters.ts';
import { verifySignature } from './signature.ts';

export type PipelineParts = {
  readonly limiter: Limiter;
  readonly keys: KeyRing;
  readonly catalog: () => Catalog;
};

type Verdict = Rejection | undefined;
type Step = (exchange: Exchange, parts: PipelineParts) => Verdict | Promise<Verdict>;

const steps: readonly Step[] = [
  countWeightAndRefuseBanned,
  findOperation,
  refuseInMaintenance,
  findKey,
  checkKeyAddress,
  checkContentType,
  checkTimestamp,
  checkSignature,
  checkPermission,
  readDeclaredParameters,
];

/** @returns the first refusal, or undefined when the operation may run. */
export function walkPipeline(exchange: Exchange, parts: PipelineParts, from = 0): Verdict | Promise<Verdict> {
  for (let index = from; index < steps.length; index += 1) {
    const verdict = (steps[index] as Step)(exchange, parts);
    // Only a key that is not at hand and a count that is shared take time; nothing else pays for waiting.
    if (verdict instanceof Promise)
      return verdict.then((late) => late ?? walkPipeline(exchange, parts, index + 1));
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** seed: 429 beyond the limit, 418 for who goes on after it. Failed requests count too. */
export function countWeightAndRefuseBanned(
  exchange: Exchange,
  { limiter }: PipelineParts,
): Verdict | Promise<Verdict> {
  const { route, request, nowMs } = exchange;
  return weigh(exchange, request.ip, route.operation?.weight ?? 1, nowMs, limiter);
}

type Noted = Pick<Exchange, 'usedWeight' | 'retryAfterSeconds'>;

/** Counts a weight, and notes what the headers of the reply will say about it. */
export function weigh(
  noted: Noted,
  ip: string,
  weight: number,
  nowMs: number,
  limiter: Limiter,
): Verdict | Promise<Verdict> {
  const weighing = limiter.take(limitScope(ip), weight, nowMs);
  return weighing instanceof Promise
    ? weighing.then((late) => note(noted, late, limiter))
    : note(noted, weighing, limiter);
}

function note(noted: Noted, { outcome, usage, ban, retryAfterSeconds }: Weighing, limiter: Limiter): Verdict {
  noted.usedWeight = usage.usedWeight;
  noted.retryAfterSeconds = retryAfterSeconds;
  if (outcome === 'served') return undefined;
  return outcome === 'banned'
    ? reject('too-many-requests', { bannedUntilMs: ban?.bannedUntilMs ?? 0 })
    : reject('too-many-requests', { limit: limiter.weightPerMinute });
}

function findOperation({ route, path }: Exchange): Verdict {
  if (route.operation !== undefined) return undefined;
  if (route.allowedMethods.length > 0) return reject('method-not-allowed');
  return reject('path-unknown', describeUnknownPath(path));
}

function refuseInMaintenance({ operation }: Exchange, { catalog }: PipelineParts): Verdict {
  return isInMaintenance(catalog()) && !operation.inMaintenance ? reject('maintenance') : undefined;
}

const keyFormat = /^[A-Za-z0-9]{64}$/;

function findKey(exchange: Exchange, { keys }: PipelineParts): Verdict | Promise<Verdict> {
  if (exchange.operation.security === 'NONE') return undefined;
  const header = exchange.request.headers['x-mbx-apikey'];
  if (typeof header !== 'string' || !keyFormat.test(header)) return reject('key-malformed');
  const key = keys.find(header);
  return key instanceof Promise
    ? key.then((loaded) => acceptKey(exchange, loaded))
    : acceptKey(exchange, key);
}

function acceptKey(exchange: Exchange, key: ApiKey | undefined): Verdict {
  if (key === undefined || (key.expiresAtMs !== null && exchange.nowMs >= key.expiresAtMs))
    return reject('key-rejected');
  exchange.key = key;
  return undefined;
}

function checkKeyAddress({ key, request }: Exchange): Verdict {
  const list = key?.allowedAddresses ?? null;
  return list !== null && !isListed(list, request.ip) ? reject('key-rejected') : undefined;
}

/** seed: timestamp < serverTime + 1000 && serverTime - timestamp <= recvWindow, literally. */
function checkTimestamp(exchange: Exchange): Verdict {
  if (!isSigned(exchange.operation.security)) return undefined;
  const recvWindowMs = readTiming(exchange, 'recvWindow') ?? defaultRecvWindowMs;
  if (typeof recvWindowMs !== 'number') return recvWindowMs;
  if (recvWindowMs > signing.recvWindow.maximum) return reject('recv-window-too-large');
  const timestampMs = readTiming(exchange, 'timestamp');
  if (timestampMs === undefined) return reject('parameter-missing', { parameter: 'timestamp' });
  if (typeof timestampMs !== 'number') return timestampMs;
  if (timestampMs >= exchange.nowMs + 1000) return reject('timestamp-outside-window', { ahead: 1 });
  exchange.notAfterMs = timestampMs + recvWindowMs;
  return exchange.nowMs > exchange.notAfterMs ? reject('timestamp-outside-window') : undefined;
}

function readTiming({ raw }: Exchange, name: 'recvWindow' | 'timestamp'): number | undefined | Rejection {
  const sent = singleValue(raw, name);
  if (sent === null) return reject('parameters-too-many', { parameter: name });
  if (sent === undefined) return undefined;
  if (sent === '') return name === 'timestamp' ? reject('parameter-empty', { parameter: name }) : undefined;
  return readLong(name, decodeComponent(sent) ?? sent, signing.timestamp);
}

function checkSignature(exchange: Exchange): Verdict {
  if (!isSigned(exchange.operation.security)) return undefined;
  const { raw, query, body, key } = exchange;
  const signature = singleValue(raw, 'signature');
  if (signature === null || bothHold(exchange, 'signature')) {
    return reject('parameters-too-many', { parameter: 'signature' });
  }
  if (signature === undefined) return reject('parameter-missing', { parameter: 'signature' });
  if (signature === '') return reject('parameter-empty', { parameter: 'signature' });
  return key !== undefined && verifySignature(key.secret, signature, { query, body })
    ? undefined
    : reject('signature-invalid');
}

function bothHold({ raw }: Exchange, name: string): boolean {
  return raw.query.some((pair) => pair.name === name) && raw.body.some((pair) => pair.name === name);
}

/**
 * seed: a key may do everything unless it is restricted. A disabled account may still look; that it may not withdraw is
 * said by the withdrawal itself, which has an error for it.
 */
function checkPermission({ operation, key }: Exchange): Verdict {
  const { permission, family, masterOnly } = operation;
  if (permission === null || key === undefined) return undefined;
  const open = key.account.enabled || permission === 'reading' || permission === 'withdrawals';
  const allowed = open && key.permissions.has(permission);
  if (!allowed) return reject('permission-missing', { family });
  return masterOnly && key.account.masterId !== null ? reject('master-only') : undefined;
}

/**
 * Only form bodies are accepted; a missing content type counts as a form. Checked before timestamp and signature, which a
 * client that sends JSON has put into the body too, where they are not found.
 * deviation: a form body is taken on every POST, wapi too, when the signature covers it.
 */
function checkContentType({ body, request }: Exchange): Verdict {
  if (body === '') return undefined;
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/x-www-form-urlencoded\b/i.test(String(type))) {
    const reason = 'a body must be application/x-www-form-urlencoded';
    return reject('parameter-invalid', { parameter: 'Content-Type', reason });
  }
  if (!isJson(body)) return undefined;
  const reason = 'the body is JSON; it must be a form (application/x-www-form-urlencoded)';
  return reject('parameter-invalid', { reason });
}

/** An object or an array; a form never begins like one. */
function isJson(body: string): boolean {
  if (!/^\s*[{[]/.test(body)) return false;
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function readDeclaredParameters(exchange: Exchange): Verdict {
  const values = readParameters(exchange.operation.parameters, exchange.raw);
  if ('rejected' in values) return values as Rejection;
  exchange.values = values;
  return undefined;
}
