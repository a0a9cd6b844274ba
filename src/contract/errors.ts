/**
 * The registry of errors: id, code, HTTP status, text, and whether the same request may be sent again.
 *
 * Each operation lists the errors that it may return and never returns another. Ids and codes are unique. The texts are
 * the official ones of the exchange; where a code has several texts, the details select one.
 */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** `never`: a retry cannot succeed; `later`: retry after a pause; `look-up`: query the outcome before a retry. */
export type RetryAdvice = 'never' | 'later' | 'look-up';

type ErrorDefinition<D> = {
  readonly code: number;
  readonly status: number | ((details: D) => number);
  readonly retry: RetryAdvice;
  readonly text: (details: D) => string;
};

/** An error whose text is always the same. */
type NoDetails = Readonly<Record<string, never>>;

/** Declares an error; `D` is what a rejection must say, because the text or the status depend on it. */
function define<D = NoDetails>(
  code: number,
  status: ErrorDefinition<D>['status'],
  text: string | ErrorDefinition<D>['text'],
  retry: RetryAdvice = 'never',
): ErrorDefinition<D> {
  return { code, status, retry, text: typeof text === 'string' ? () => text : text };
}

type OfParameter = { readonly parameter: string };
type ForReason = { readonly reason: string };
/** `status`: what HTTP itself refused has a status of its own. */
type OfHttp = ForReason & { readonly status?: number };
type OfRequest = OfHttp & { readonly parameter?: never };

const withReason = (text: string, reason: string | undefined) =>
  reason === undefined ? text : `${text.replace(/\.$/, '')}: ${reason}`;

export const errors = {
  unknown: define<{ readonly incident?: string }>(-1000, 500, (d) =>
    d.incident === undefined
      ? 'An unknown error occured while processing the request.'
      : `An unknown error occured while processing the request. Incident ${d.incident}.`,
  ),
  'not-done': define(
    -1001,
    503,
    'Internal error; unable to process your request. Please try again.',
    'later',
  ),
  // The official text depends on the family of the path.
  'permission-missing': define<{ readonly family: string }>(-1002, 400, (d) =>
    d.family === 'wapi' ? "You don't have permission." : 'You are not authorized to execute this request.',
  ),
  'too-many-requests': define<{ readonly bannedUntilMs: number } | { readonly limit: number }>(
    -1003,
    (d) => ('bannedUntilMs' in d ? 418 : 429),
    (d) =>
      'bannedUntilMs' in d
        ? `Way too much request weight used; IP banned until ${d.bannedUntilMs}. Please use the websocket for live updates to avoid bans.`
        : `Too much request weight used; current limit is ${d.limit} request weight per 1 MINUTE. Please use the websocket for live updates to avoid polling the API.`,
    'later',
  ),
  'outcome-unknown': define(
    -1007,
    504,
    'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
    'look-up',
  ),
  maintenance: define(-1016, 503, 'System is under maintenance.', 'later'),
  'method-not-allowed': define(-1020, 405, 'This operation is not supported.'),
  'timestamp-outside-window': define<{ readonly ahead?: 1 }>(-1021, 400, (d) =>
    d.ahead === 1
      ? "Timestamp for this request was 1000ms ahead of the server's time."
      : 'Timestamp for this request is outside of the recvWindow.',
  ),
  'signature-invalid': define(-1022, 400, 'Signature for this request is not valid.'),
  // deviation: the error for an unknown path says so; the official text of -1099 suggests that the key is wrong.
  'path-unknown': define<{ readonly path?: string; readonly hint?: string }>(-1099, 404, (d) => {
    const path = d.path === undefined ? 'This path' : `The path '${d.path}'`;
    return `${path} is not served here${d.hint === undefined ? '' : `; ${d.hint}`}.`;
  }),
  'parameter-illegal-characters': define<OfParameter & { readonly legalRange: string }>(
    -1100,
    400,
    (d) => `Illegal characters found in parameter '${d.parameter}'; legal range is '${d.legalRange}'.`,
  ),
  'parameters-too-many': define<(OfParameter & { readonly status?: never }) | OfRequest>(
    -1101,
    (d) => d.status ?? 400,
    (d) =>
      d.parameter === undefined
        ? `Too many parameters sent for this endpoint: ${d.reason}.`
        : `Duplicate values for a parameter detected: '${d.parameter}'.`,
  ),
  'parameter-missing': define<OfParameter>(
    -1102,
    400,
    (d) => `Mandatory parameter '${d.parameter}' was not sent, was empty/null, or malformed.`,
  ),
  'parameter-empty': define<OfParameter>(-1105, 400, (d) => `Parameter '${d.parameter}' was empty.`),
  'parameter-overflow': define<OfParameter>(-1108, 400, (d) => `Parameter '${d.parameter}' overflowed.`),
  'precision-exceeded': define(-1111, 400, 'Precision is over the maximum defined for this asset.'),
  'symbol-unknown': define(-1121, 400, 'Invalid symbol.'),
  'parameter-invalid': define<
    (OfParameter & { readonly reason?: string; readonly status?: never }) | OfRequest
  >(
    -1130,
    (d) => d.status ?? 400,
    (d) =>
      withReason(
        d.parameter === undefined
          ? 'Invalid data sent for a parameter.'
          : `Data sent for parameter '${d.parameter}' is not valid.`,
        d.reason,
      ),
  ),
  'recv-window-too-large': define(-1131, 400, 'recvWindow must be less than 60000'),
  'key-malformed': define(-2014, 401, 'API-key format invalid.'),
  'key-rejected': define(-2015, 401, 'Invalid API-key, IP, or permissions for action.'),
  'order-id-reused': define(
    -4001,
    400,
    "Invalid operation: parameter 'withdrawOrderId' names an earlier withdrawal with other content.",
  ),
  'master-only': define(-4006, 400, 'Support main account only.'),
  'address-invalid': define(-4007, 400, 'Address validation is not passed.'),
  'address-tag-invalid': define(-4008, 400, 'Address tag validation is not passed.'),
  'withdrawal-limited': define(-4015, 400, 'Withdraw is limited.'),
  'asset-unknown': define(-4018, 400, "We don't have this asset."),
  'withdrawal-suspended': define(-4019, 400, 'Current asset is not open for withdrawal.'),
  'amount-not-multiple': define<{ readonly multiple: string }>(
    -4021,
    400,
    (d) => `Asset withdrawal must be an integer multiple of ${d.multiple}.`,
  ),
  'amount-below-minimum': define<{ readonly minimum: string }>(
    -4022,
    400,
    (d) => `Not less than the minimum pick-up quantity ${d.minimum}.`,
  ),
  'amount-above-maximum': define(-4023, 400, 'Within 24 hours, the withdrawal exceeds the maximum amount.'),
  'balance-insufficient': define(-4026, 400, 'You have insufficient balance.'),
  'amount-not-above-fee': define(-4028, 400, 'The amount of withdrawal must be greater than the Commission.'),
  'dust-asset-refused': define(-5001, 400, "Don't allow transfer to micro assets."),
  'dust-asset-missing': define(-5003, 400, "You don't have this asset."),
  'dust-too-large': define<{ readonly asset: string; readonly limit: string }>(
    -5004,
    400,
    (d) => `The residual balances of ${d.asset} have exceeded ${d.limit}BTC, Please re-choose.`,
  ),
  'dust-too-small': define<{ readonly asset: string }>(
    -5005,
    400,
    (d) => `The residual balances of ${d.asset} is too low, Please re-choose.`,
  ),
  'dust-too-soon': define<{ readonly hours: number }>(
    -5006,
    400,
    (d) => `Only transfer once in ${d.hours} hours.`,
    'later',
  ),
  'sub-account-unrelated': define(-5021, 400, 'This parent sub have no relation'),
  // Only the operator API returns these.
  'operator-unauthorized': define(
    -9401,
    401,
    'The bearer token is missing or wrong; see operator-token in the data folder.',
  ),
  'operator-not-found': define<{ readonly what: string }>(-9404, 404, (d) => `There is no ${d.what}.`),
  'operator-conflict': define<ForReason>(-9409, 409, (d) => `${d.reason}`),
  'operator-invalid': define<OfHttp>(
    -9400,
    (d) => d.status ?? 400,
    (d) => `${d.reason}`,
  ),
} as const;

export type ErrorId = keyof typeof errors;

/** What a rejection with this error must say. */
export type DetailsOf<I extends ErrorId> = (typeof errors)[I] extends ErrorDefinition<infer D> ? D : never;

/** A rejection as a value: the request or the current state does not allow the operation, and nothing was written. */
export type Rejection = { readonly rejected: ErrorId; readonly details: ErrorDetails };

/** May be left out where the error has none, or none that it must have. */
type DetailsArgument<I extends ErrorId> =
  NoDetails extends DetailsOf<I> ? [details?: DetailsOf<I>] : [details: DetailsOf<I>];

export function reject<I extends ErrorId>(rejected: I, ...[details]: DetailsArgument<I>): Rejection {
  return { rejected, details: (details ?? {}) as ErrorDetails };
}

export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'rejected' in value;
}

export type ErrorReply = {
  readonly status: number;
  readonly body: { readonly success: false; readonly code: number; readonly msg: string };
};

/**
 * spec: every error body is `{success:false, msg}`.
 * deviation: error bodies also contain the official `code`, because clients read it.
 */
export function describeError({ rejected, details }: Rejection): ErrorReply {
  // Only `reject` makes rejections, with the details of their error.
  const definition = errors[rejected] as ErrorDefinition<ErrorDetails>;
  const status = typeof definition.status === 'number' ? definition.status : definition.status(details);
  return { status, body: { success: false, code: definition.code, msg: definition.text(details) } };
}
