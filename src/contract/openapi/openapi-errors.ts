/**
 * The error replies of an OpenAPI document: the errors that an operation lists, grouped by HTTP status, each as an
 * example with the code and text that the server returns.
 */
import { definitionOf, describeError, type ErrorReply, type ErrorTable } from '../error-table.ts';
import type { DetailsOf, ErrorDetails, ErrorId } from '../errors.ts';

const noDetails: readonly ErrorDetails[] = [{}];

/**
 * Details for the examples of an error, one for each status or text that it can have. Errors that are not listed need
 * no details. A test checks that no example has an unfilled placeholder.
 */
const exampleDetails: { readonly [I in ErrorId]?: readonly DetailsOf<I>[] } = {
  unknown: [{ incident: '7f3a9c2e' }],
  'path-unknown': [{ path: '/wapi/v3/withdraw', hint: 'use POST /wapi/v3/withdraw.html' }],
  'too-many-requests': [{ limit: 1200 }, { bannedUntilMs: 1570000120000 }],
  'timestamp-outside-window': [{}, { ahead: true }],
  'parameter-illegal-characters': [{ parameter: 'timestamp', legalRange: '^[0-9]{1,16}$' }],
  'parameters-too-many': [{ parameter: 'timestamp' }, { reason: 'the body is too long', status: 413 }],
  'parameter-missing': [{ parameter: 'timestamp' }],
  'parameter-empty': [{ parameter: 'recvWindow' }],
  'parameter-overflow': [{ parameter: 'timestamp' }],
  'parameter-invalid': [{ parameter: 'timestamp' }, { parameter: 'limit', reason: 'must be at least 1' }],
  'amount-not-multiple': [{ multiple: '0.001' }],
  'amount-below-minimum': [{ minimum: '0.02' }],
  'sub-accounts-full': [{ maximum: 1000 }],
  'api-keys-full': [{ maximum: 30 }],
  'parameters-conflicting': [{ parameters: ['fromEmail', 'toEmail'] }],
  'interval-too-long': [{ hours: 168 }],
  'network-unknown': [{ network: 'XYZ', asset: 'ETH' }],
  'deposit-address-unavailable': [{ network: 'XYZ' }],
  'address-tag-unsupported': [{ addressTag: '7', network: 'ETH' }],
  'dust-too-large': [{ asset: 'ADA', limit: '0.001' }],
  'dust-too-small': [{ asset: 'ADA' }],
  'dust-too-soon': [{ hours: 6 }],
  'sign-ins-too-many': [{ retryAfterS: 60 }],
  'streams-too-many': [
    { limit: 50, of: 'yours' },
    { limit: 200, of: 'process' },
  ],
  'operator-forbidden': [{ reason: 'This needs the permission view, which token:probe does not have.' }],
  'operator-not-found': [{ what: 'account alice@example.com' }],
  'operator-conflict': [{ reason: 'An account alice@example.com already exists.' }],
  'operator-invalid': [{ reason: "Body field 'amount' must be a decimal string." }],
};

export function examplesOf<I extends ErrorId>(id: I): readonly DetailsOf<I>[] {
  // cast: each list has details of its error.
  return (exampleDetails[id] ?? noDetails) as readonly DetailsOf<I>[];
}

type ErrorExample = { readonly summary: string; readonly value: object };
type ErrorResponse = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content: {
    readonly 'application/json': {
      readonly schema: { readonly $ref: string };
      readonly examples: Readonly<Record<string, ErrorExample>>;
    };
  };
};

const retryAdvice = {
  never: 'a retry cannot succeed',
  later: 'retry later',
  'look-up': 'look up the outcome before a retry',
} as const;

const meanings: Readonly<Record<number, string>> = {
  400: 'The request was rejected; nothing was done.',
  401: 'Authentication failed; nothing was done.',
  403: 'Not allowed; nothing was done.',
  404: 'Not found.',
  405: 'The path does not support this method.',
  409: 'The request conflicts with the current state; nothing was done.',
  413: 'The request is too long; nothing was done.',
  418: 'The IP address is banned because it kept sending requests after a 429.',
  429: 'Too many requests.',
  500: 'An internal error.',
  503: 'The service is unavailable; nothing was done.',
  504: 'The outcome is unknown.',
};

type Reply = Pick<ErrorReply, 'error' | 'body'>;
/** The schemas of error bodies: `UnknownPath` is for paths that are not served, if they have a body of their own. */
type ErrorSchema = keyof typeof errorComponents.schemas;

/**
 * @param table by which the API shows errors.
 * @param bodyOf how it writes their bodies.
 * @param notFoundSchema of the replies with status 404.
 */
export function errorResponses<I extends ErrorId>(
  ids: readonly I[],
  table: ErrorTable<I>,
  bodyOf: (reply: Reply) => object = ({ body }) => body,
  notFoundSchema: ErrorSchema = 'Error',
) {
  const byStatus = new Map<number, Map<string, ErrorExample>>();
  for (const id of ids) {
    const retry = definitionOf(table, id)?.retry ?? 'never';
    for (const details of examplesOf(id)) {
      const { error, status, body } = describeError({ rejected: id, details }, table);
      const examples = byStatus.get(status) ?? new Map<string, ErrorExample>();
      byStatus.set(
        status,
        addExample(examples, id, {
          summary: `${body.code}: ${retryAdvice[retry]}`,
          value: bodyOf({ error, body }),
        }),
      );
    }
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, examples]) => [
        status,
        response(status, examples, status === 404 ? notFoundSchema : 'Error'),
      ]),
  );
}

function addExample(examples: Map<string, ErrorExample>, id: ErrorId, example: ErrorExample) {
  const wordings = [...examples.keys()].filter((key) => key === id || key.startsWith(`${id}.`)).length;
  return examples.set(wordings === 0 ? id : `${id}.${wordings + 1}`, example);
}

function response(
  status: number,
  examples: ReadonlyMap<string, ErrorExample>,
  schema: ErrorSchema,
): ErrorResponse {
  return {
    description: meanings[status] ?? `HTTP status ${status}.`,
    ...((status === 429 || status === 418) && {
      headers: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } },
    }),
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${schema}` },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

/** The components that `errorResponses` refers to. */
export const errorComponents = {
  schemas: {
    Error: {
      type: 'object',
      required: ['code', 'msg'],
      properties: {
        success: { const: false, description: 'Not in replies of the current /sapi.' },
        code: { type: 'integer', description: 'Identifies the error.' },
        msg: { type: 'string' },
      },
    },
    UnknownPath: {
      type: 'object',
      required: ['timestamp', 'status', 'error', 'message', 'path'],
      properties: {
        timestamp: { type: 'integer', format: 'int64', description: 'ms since the epoch' },
        status: { const: 404 },
        error: { const: 'Not Found' },
        message: { type: 'string', description: 'Names the path, and says what to do if that is known.' },
        path: { type: 'string' },
      },
    },
  },
  headers: {
    'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } },
  },
} as const;
