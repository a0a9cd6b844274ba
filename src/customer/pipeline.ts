/**
 * The pipeline of customer requests: a list of checks, cheap ones first. The first failed check determines the reply.
 */
import { present } from '../boundary/present.ts';
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { reject } from '../contract/errors.ts';
import { isSigned, servesInMaintenance } from '../contract/operation.ts';
import { type Catalog, isInMaintenance } from '../domain/catalog/catalog.ts';
import { describeUnknownPath } from '../http/path-hints.ts';
import { type RawPair, singleValue } from '../http/raw-parameters.ts';
import type { Limiter } from '../limiter/port.ts';
import type { SignatureMeter, SignedForm } from '../meter/signature-meter.ts';
import type { ApiKey, KeyRing } from './key-ring.ts';
import { isKeyText, isUsable } from './key-use.ts';
import type { RequestContext } from './request-context.ts';
import { readRequestValues } from './request-values.ts';
import { verifySignature } from './signature.ts';
import { readTimeUnit } from './time-unit.ts';
import { checkTimestamp } from './timing.ts';
import { countAccountWeight, countRejected, countWeightAndRejectBanned } from './weights.ts';

export type PipelineParts = {
  readonly limiter: Limiter;
  readonly keys: KeyRing;
  readonly catalog: () => Catalog;
  readonly signatures: SignaturePolicy;
};

export type SignaturePolicy = {
  /** Only the bytes as sent count as signed. */
  readonly strict: boolean;
  readonly meter: SignatureMeter;
};

type CheckResult = CustomerRejection | undefined;
type Step = (context: RequestContext, parts: PipelineParts) => CheckResult | Promise<CheckResult>;

/** The steps by their names, in the order in which they run. */
const stepsByName = {
  'weight-of-address': countWeightAndRejectBanned,
  route: findOperation,
  maintenance: rejectInMaintenance,
  'time-unit': readTimeUnit,
  key: findKey,
  'content-type': checkContentType,
  timestamp: checkTimestamp,
  signature: checkSignature,
  'weight-of-account': countAccountWeight,
  permission: checkPermission,
  parameters: readDeclaredParameters,
} as const satisfies Readonly<Record<string, Step>>;

const stepNames = Object.keys(stepsByName);
const steps: readonly Step[] = Object.values(stepsByName);

/** A request rejected before this step counts towards its address only. */
const firstWithAccount = steps.indexOf(countAccountWeight);

/** @returns the first rejection, or undefined if the operation may run. */
export function runPipeline(
  context: RequestContext,
  parts: PipelineParts,
  from = 0,
): CheckResult | Promise<CheckResult> {
  for (let index = from; index < steps.length; index += 1) {
    const rejection = present(steps[index])(context, parts);
    // Only an uncached key, an Ed25519 key and a shared limiter are asynchronous; other requests avoid the cost of a
    // promise.
    if (rejection instanceof Promise) return rejection.then((late) => resume(context, parts, index, late));
    if (rejection !== undefined) return rejectAt(context, parts, index, rejection);
  }
  return undefined;
}

/** Continues after an asynchronous step. */
function resume(
  context: RequestContext,
  parts: PipelineParts,
  index: number,
  rejection: CheckResult,
): CheckResult | Promise<CheckResult> {
  return rejection === undefined
    ? runPipeline(context, parts, index + 1)
    : rejectAt(context, parts, index, rejection);
}

function rejectAt(
  context: RequestContext,
  parts: PipelineParts,
  index: number,
  rejection: CheckResult,
): CheckResult {
  context.rejectedBy = stepNames[index];
  if (index < firstWithAccount) countRejected(context, parts);
  return rejection;
}

function findOperation({ route, path }: RequestContext): CheckResult {
  if (route.operation !== undefined) return undefined;
  if (route.allowedMethods.length > 0) return reject('method-not-allowed');
  return reject('path-unknown', describeUnknownPath(path));
}

function rejectInMaintenance({ operation }: RequestContext, { catalog }: PipelineParts): CheckResult {
  return isInMaintenance(catalog()) && !servesInMaintenance(operation) ? reject('maintenance') : undefined;
}

function findKey(context: RequestContext, { keys }: PipelineParts): CheckResult | Promise<CheckResult> {
  if (context.operation.security === 'NONE') return undefined;
  const header = context.request.headers['x-mbx-apikey'];
  if (typeof header !== 'string' || !isKeyText(header)) return reject('key-malformed');
  const key = keys.find(header);
  return key instanceof Promise ? key.then((loaded) => acceptKey(context, loaded)) : acceptKey(context, key);
}

function acceptKey(context: RequestContext, key: ApiKey | undefined): CheckResult {
  if (!isUsable(key, context.request.ip, context.nowMs)) return reject('key-rejected');
  context.key = key;
  return undefined;
}

function checkSignature(
  context: RequestContext,
  { signatures }: PipelineParts,
): CheckResult | Promise<CheckResult> {
  if (!isSigned(context.operation.security)) return undefined;
  const { raw, query, body, key } = context;
  const signature = singleValue(raw, 'signature');
  if (signature === null || isInBothPlaces(context, 'signature')) {
    return reject('parameters-too-many', { parameter: 'signature' });
  }
  if (signature === undefined) return reject('parameter-missing', { parameter: 'signature' });
  if (signature === '') return reject('parameter-empty', { parameter: 'signature' });
  const form = key && verifySignature(key.signatureKey, signature, { query, body }, signatures.strict);
  return form instanceof Promise
    ? form.then((late) => acceptForm(late, signatures))
    : acceptForm(form, signatures);
}

function acceptForm(form: SignedForm | undefined, { meter }: SignaturePolicy): CheckResult {
  if (form === undefined) return reject('signature-invalid');
  meter.count(form);
  return undefined;
}

function isInBothPlaces({ raw }: RequestContext, name: string): boolean {
  return raw.query.some((pair) => pair.name === name) && raw.body.some((pair) => pair.name === name);
}

/**
 * spec: a key may do everything unless it is restricted. A disabled account may still read. Withdrawals pass here
 * because the command rejects them with a specific error.
 */
function checkPermission({ operation, key }: RequestContext): CheckResult {
  const { permission, masterOnly, subAccountOnly } = operation;
  if (permission === null || key === undefined) return undefined;
  if (!key.permissions.has(permission)) return reject('permission-missing');
  const mayAct = key.account.enabled || permission === 'reading' || permission === 'withdrawals';
  if (!mayAct) return reject('account-disabled');
  const isMaster = key.account.masterId === null;
  if (masterOnly && !isMaster) return reject('master-only');
  return subAccountOnly && isMaster ? reject('sub-account-only') : undefined;
}

/**
 * Only form bodies are accepted; a missing content type counts as a form. This check precedes those of timestamp and
 * signature, because a client that sends JSON has put them into the body, where they would not be found.
 * deviation: a form body is accepted on every POST, including wapi, if the signature covers it.
 */
function checkContentType({ body, raw, request }: RequestContext): CheckResult {
  if (body === '') return undefined;
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/x-www-form-urlencoded\b/i.test(String(type))) {
    const reason = 'a body must be application/x-www-form-urlencoded';
    return reject('parameter-invalid', { parameter: 'Content-Type', reason });
  }
  if (!isJson(body)) return checkBorder(raw);
  const reason = 'the body is JSON; it must be a form (application/x-www-form-urlencoded)';
  return reject('parameter-invalid', { reason });
}

/**
 * deviation: if a request has both a query and a body, the last pair of the query and the first of the body must be
 * `name=value`. The signature covers the two without a separator, so a value that is cut in two, one part in each, would
 * have the same signature as the whole.
 */
function checkBorder({ query, body }: RequestContext['raw']): CheckResult {
  const [last, first] = [query.at(-1), body[0]];
  if (last === undefined || first === undefined || (isNamed(last) && isNamed(first))) return undefined;
  return reject('parameter-invalid', {
    reason: 'the query must end and the body must begin with name=value',
  });
}

const isNamed = ({ name, hasValue }: RawPair) => name !== '' && hasValue;

/** @returns whether the body is a JSON object or array; a form never starts like one. */
function isJson(body: string): boolean {
  if (!/^\s*[{[]/.test(body)) return false;
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function readDeclaredParameters(context: RequestContext): CheckResult {
  const read = readRequestValues(context);
  if ('rejected' in read) return read;
  context.values = read.values;
  return undefined;
}
