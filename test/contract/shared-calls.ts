/** Calls that provoke the errors shared by all operations, derived from the operation's declaration. */
import type { ErrorDetails } from '../../src/contract/errors.ts';
import {
  isSigned,
  type Operation,
  type ShownErrorId,
  servesInMaintenance,
} from '../../src/contract/operation.ts';
import type { Parameter } from '../../src/contract/schema.ts';
import { describeUnknownPath } from '../../src/http/path-hints.ts';
import type { Call, ContractWorld } from './contract-world.ts';

export type Provocation = {
  readonly call: (world: ContractWorld) => Omit<Call, 'operation'>;
  readonly details?: ErrorDetails;
  /** Prepares the state that the call requires. */
  readonly before?: (world: ContractWorld) => Promise<unknown>;
  readonly after?: (world: ContractWorld) => Promise<unknown>;
};

export type Provocations = Partial<Record<ShownErrorId, Provocation>>;

const longerThanAllowed = `x=${'y'.repeat(8192)}`;

export function sharedProvocations(operation: Operation, good: string): Provocations {
  const provocations: Provocations = {
    'path-unknown': {
      call: () => ({ path: `${operation.paths[0]}/more` }),
      details: describeUnknownPath(`${operation.paths[0]}/more`),
    },
    'method-not-allowed': { call: () => ({ method: 'PATCH' }) },
    'parameters-too-many': {
      call: () => ({ query: longerThanAllowed }),
      details: { status: 414, reason: 'the URL is longer than 8192 bytes' },
    },
    ...(!servesInMaintenance(operation) && { maintenance: maintenance(good) }),
  };
  Object.assign(provocations, ofWindow(operation, good), ofTimeUnit(operation, good));
  if (!isSigned(operation.security)) return provocations;
  return { ...provocations, ...ofKey(operation, good), ...ofSigning(good), ...ofParameters(operation, good) };
}

function ofTimeUnit({ dialect }: Operation, query: string): Provocations {
  if (!dialect.timing.hasTimeUnit) return {};
  return { 'time-unit-invalid': { call: () => ({ query, headers: { 'x-mbx-time-unit': 'SECOND' } }) } };
}

const dayMs = 86_400_000;

/** An interval that is 1 ms too long, as both bounds are included. */
function ofWindow({ window }: Operation, good: string): Provocations {
  if (window === null) return {};
  const { days, withOrderIdDays, error } = window;
  const interval = (length: number, more: string): Provocation => ({
    call: () => ({ query: `${good}${good && '&'}startTime=1&endTime=${2 + length * dayMs}${more}` }),
    details: { hours: length * 24 },
  });
  return {
    [error]: interval(days, ''),
    ...(withOrderIdDays !== undefined && {
      'interval-too-long': interval(withOrderIdDays, '&withdrawOrderId=one'),
    }),
  };
}

function maintenance(query: string): Provocation {
  return {
    before: (world) => world.set({ systemStatus: { status: 1 } }),
    call: () => ({ query }),
    after: (world) => world.set({ systemStatus: { status: 0 } }),
  };
}

function ofKey({ permission, masterOnly, subAccountOnly }: Operation, query: string): Provocations {
  return {
    'key-malformed': { call: () => ({ query, key: { apiKey: 'short' } }) },
    'key-rejected': { call: () => ({ query, key: { apiKey: 'A'.repeat(64) } }) },
    ...(permission !== null && {
      'permission-missing': { call: ({ without }) => ({ query, key: without[permission] }) },
    }),
    ...(masterOnly && { 'master-only': { call: ({ sub }) => ({ query, key: sub }) } }),
    ...(subAccountOnly && { 'sub-account-only': { call: ({ master }) => ({ query, key: master }) } }),
  };
}

function ofSigning(query: string): Provocations {
  const timing = (text: string, details: ErrorDetails = { parameter: 'timestamp' }): Provocation => ({
    call: () => ({ query, timing: text }),
    details,
  });
  return {
    'parameters-too-many': timing(`timestamp=${Date.now()}&timestamp=${Date.now()}`),
    'parameter-missing': timing(''),
    'parameter-empty': timing('timestamp='),
    'parameter-illegal-characters': timing('timestamp=1e12', {
      parameter: 'timestamp',
      legalRange: '^[0-9]{1,16}$',
    }),
    'parameter-overflow': timing('timestamp=99999999999999999'),
    'recv-window-too-large': timing(`recvWindow=60001&timestamp=${Date.now()}`, {}),
    'timestamp-outside-window': timing('timestamp=1510903211000', {}),
    'signature-invalid': { call: () => ({ query, signature: 'f'.repeat(64) }) },
  };
}

/** An invalid content type if a body is allowed, else the first parameter that can be invalid. */
function ofParameters({ method, parameters }: Operation, good: string): Provocations {
  if (method !== 'GET') {
    const headers = { 'content-type': 'application/json' };
    return {
      'parameter-invalid': {
        call: () => ({ query: good, body: '{"amount":"2"}', headers }),
        details: {
          parameter: 'Content-Type',
          reason: 'a body must be application/x-www-form-urlencoded',
        },
      },
    };
  }
  const optional = Object.entries(parameters).filter(([, { mandatory }]) => !mandatory);
  const found =
    optional.find(([, { kind }]) => kind === 'integer' || kind === 'boolean') ??
    optional.find(([, { allowed }]) => allowed.length > 0);
  if (found === undefined) return {};
  const [parameter, declared] = found;
  const reason = declared.kind === 'string' ? undefined : `it must be ${ruleOf(declared)}`;
  return {
    'parameter-invalid': {
      call: () => ({ query: [good, `${parameter}=x`].filter((part) => part !== '').join('&') }),
      details: { parameter, ...(reason !== undefined && { reason }) },
    },
  };
}

function ruleOf({ kind, allowed, minimum, maximum }: Parameter<unknown>): string {
  if (kind === 'boolean') return 'true or false';
  return allowed.length > 0 ? `one of ${allowed.join(', ')}` : `a whole number from ${minimum} to ${maximum}`;
}
