/**
 * The errors of the customer API: code, HTTP status and text. The texts are the official ones of the exchange; where a
 * code has several texts, the details select one. Each operation lists the errors that it may return and never returns
 * another. Two dialects differ in some of them: `wapi-errors.ts`, `sapi-errors.ts`.
 */
import type { CustomerCommandErrors } from './command-errors.ts';
import { commonErrors } from './common-errors.ts';
import { define, type ErrorTable } from './error-table.ts';
import { type DetailsOf, type Rejection, reject } from './errors.ts';
import type { CustomerRequestErrors } from './request-errors.ts';
import { isoTime } from './text.ts';

export type CustomerErrorId = keyof (CustomerCommandErrors & CustomerRequestErrors);
export type CustomerRejection = Rejection<CustomerErrorId>;

export const withReason = (text: string, reason: string | undefined) =>
  reason === undefined ? text : `${text.replace(/\.$/, '')}: ${reason}`;

const whitelistReason = (from: number | null) =>
  from === null
    ? 'the address is not whitelisted'
    : `the address counts as whitelisted only from ${isoTime(from)}`;

/** The errors of requests, which the pipeline finds, and of the store. */
const ofRequests = {
  ...commonErrors,
  'too-many-requests': define<DetailsOf<'too-many-requests'>>(
    -1003,
    (d) => ('bannedUntilMs' in d ? 418 : 429),
    (d) =>
      'bannedUntilMs' in d
        ? `Way too much request weight used; IP banned until ${d.bannedUntilMs}. Please use the websocket for live updates to avoid bans.`
        : `Too much request weight used; current limit is ${d.limit} request weight per 1 MINUTE. Please use the websocket for live updates to avoid polling the API.`,
    'later',
  ),
  maintenance: define(-1016, 503, 'System is under maintenance.', 'later'),
  'timestamp-outside-window': define<DetailsOf<'timestamp-outside-window'>>(-1021, 400, ({ ahead }) =>
    ahead
      ? "Timestamp for this request was 1000ms ahead of the server's time."
      : 'Timestamp for this request is outside of the recvWindow.',
  ),
  'deadline-passed': () => reject('timestamp-outside-window'),
  'signature-invalid': define(-1022, 400, 'Signature for this request is not valid.'),
  'time-unit-invalid': define(
    -1194,
    400,
    'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.',
  ),
  'recv-window-too-large': define(-1131, 400, 'recvWindow must be less than 60000'),
  'key-malformed': define(-2014, 401, 'API-key format invalid.'),
  'key-rejected': define(-2015, 401, 'Invalid API-key, IP, or permissions for action.'),
  'master-only': define(-4006, 400, 'Support main account only.'),
};

const invalidAddress = (reason: string) => reject('parameter-invalid', { parameter: 'ipAddress', reason });

const ofParameters = {
  'parameter-illegal-characters': define<DetailsOf<'parameter-illegal-characters'>>(
    -1100,
    400,
    ({ parameter, legalRange }) =>
      `Illegal characters found in parameter '${parameter}'; legal range is '${legalRange}'.`,
  ),
  'parameters-too-many': define<DetailsOf<'parameters-too-many'>>(
    -1101,
    ({ status }) => status ?? 400,
    (d) =>
      d.parameter === undefined
        ? `Too many parameters sent for this endpoint: ${d.reason}.`
        : `Duplicate values for a parameter detected: '${d.parameter}'.`,
  ),
  'parameter-missing': define<DetailsOf<'parameter-missing'>>(
    -1102,
    400,
    ({ parameter }) => `Mandatory parameter '${parameter}' was not sent, was empty/null, or malformed.`,
  ),
  'parameter-empty': define<DetailsOf<'parameter-empty'>>(
    -1105,
    400,
    ({ parameter }) => `Parameter '${parameter}' was empty.`,
  ),
  'parameter-overflow': define<DetailsOf<'parameter-overflow'>>(
    -1108,
    400,
    ({ parameter }) => `Parameter '${parameter}' overflowed.`,
  ),
  'parameters-conflicting': define<DetailsOf<'parameters-conflicting'>>(
    -1128,
    400,
    ({ parameters }) =>
      `Combination of optional parameters invalid: at most one of ${parameters.join(', ')} may be sent.`,
  ),
  'parameter-invalid': define<DetailsOf<'parameter-invalid'>>(
    -1130,
    ({ status }) => status ?? 400,
    ({ parameter, reason }) =>
      withReason(
        parameter === undefined
          ? 'Invalid data sent for a parameter.'
          : `Data sent for parameter '${parameter}' is not valid.`,
        reason,
      ),
  ),
  'network-unknown': define<DetailsOf<'network-unknown'>>(
    -1130,
    400,
    "Data sent for parameter 'network' is not valid.",
  ),
  'amount-not-positive': () =>
    reject('parameter-invalid', { parameter: 'amount', reason: 'it must be greater than zero' }),
  'recipient-is-sender': () =>
    reject('parameter-invalid', { parameter: 'toEmail', reason: 'it is the sender' }),
  'api-key-unknown': () =>
    reject('parameter-invalid', {
      parameter: 'subAccountApiKey',
      reason: 'the sub-account has no such key',
    }),
  'ip-range-invalid': () =>
    invalidAddress('each entry must be an IP address, or a CIDR range such as 192.0.2.0/24'),
  'ip-range-last': () =>
    invalidAddress('the last address cannot be removed; set status 1 to lift the restriction'),
  'ip-list-empty': () => reject('parameter-missing', { parameter: 'ipAddress' }),
  'ip-list-full': () => reject('parameter-overflow', { parameter: 'ipAddress' }),
  'dust-assets-empty': () => reject('parameter-empty', { parameter: 'asset' }),
};

const ofOperations = {
  'account-disabled': () => reject('permission-missing', { reason: 'the account is disabled' }),
  'owner-disabled': () => reject('withdrawal-limited'),
  'address-not-whitelisted': ({ from }: DetailsOf<'address-not-whitelisted'>) =>
    reject('withdrawal-limited', { reason: whitelistReason(from) }),
  'amount-owed': ({ asset }: DetailsOf<'amount-owed'>) =>
    reject('withdrawal-limited', {
      reason: `an amount of ${asset} is owed for a deposit that is no longer on the chain`,
    }),
  'price-missing': ({ asset }: DetailsOf<'price-missing'>) =>
    reject('withdrawal-limited', {
      reason: `${asset} has no price, by which it would count towards the quota`,
    }),
  'quota-exceeded': ({ quota }: DetailsOf<'quota-exceeded'>) =>
    reject('withdrawal-limited', { reason: `the quota is ${quota} USD within 24 hours` }),
  'withdrawal-denied': () =>
    reject('withdrawal-limited', { reason: 'the exchange does not allow this withdrawal' }),
  'precision-exceeded': define(-1111, 400, 'Precision is over the maximum defined for this asset.'),
  'symbol-unknown': define(-1121, 400, 'Invalid symbol.'),
  'interval-too-long': define<DetailsOf<'interval-too-long'>>(
    -1127,
    400,
    ({ hours }) => `More than ${hours} hours between startTime and endTime.`,
  ),
  'order-id-reused': define(
    -4001,
    400,
    "Invalid operation: parameter 'withdrawOrderId' names an earlier withdrawal with other content.",
  ),
  'client-id-reused': define(
    -4001,
    400,
    "Invalid operation: parameter 'clientTranId' names an earlier transfer with other content.",
  ),
  'address-invalid': define(-4007, 400, 'Address validation is not passed.'),
  'address-tag-invalid': define(-4008, 400, 'Address tag validation is not passed.'),
  'address-tag-unsupported': define<DetailsOf<'address-tag-unsupported'>>(
    -4106,
    400,
    ({ network }) => `The network '${network}' has no address tags.`,
  ),
  'withdrawal-limited': define<DetailsOf<'withdrawal-limited'>>(-4015, 400, ({ reason }) =>
    withReason('Withdraw is limited.', reason),
  ),
  'asset-unknown': define(-4018, 400, "We don't have this asset."),
  'withdrawal-suspended': define(-4019, 400, 'Current asset is not open for withdrawal.'),
  'questionnaire-missing': define(
    -4104,
    400,
    'Please note that withdrawals are not permitted due to travel rule restrictions. To facilitate the withdrawal process, please refer to Travel Rule documentation.',
  ),
  'questionnaire-invalid': ({ field, rule }: DetailsOf<'questionnaire-invalid'>) =>
    reject('withdrawal-limited', { reason: `the questionnaire is not valid: ${field} ${rule}` }),
  'amount-not-multiple': define<DetailsOf<'amount-not-multiple'>>(
    -4021,
    400,
    ({ multiple }) => `Asset withdrawal must be an integer multiple of ${multiple}.`,
  ),
  'amount-below-minimum': define<DetailsOf<'amount-below-minimum'>>(
    -4022,
    400,
    ({ minimum }) => `Not less than the minimum pick-up quantity ${minimum}.`,
  ),
  'amount-above-maximum': define(-4023, 400, 'Within 24 hours, the withdrawal exceeds the maximum amount.'),
  'balance-insufficient': define(-4026, 400, 'You have insufficient balance.'),
  'amount-not-above-fee': define(-4028, 400, 'The amount of withdrawal must be greater than the Commission.'),
  'history-interval-too-long': define(-4047, 400, 'Time interval must be within 0-90 days'),
  'dust-asset-refused': define(-5001, 400, "Don't allow transfer to micro assets."),
  'dust-asset-missing': define(-5003, 400, "You don't have this asset."),
  'dust-too-large': define<DetailsOf<'dust-too-large'>>(
    -5004,
    400,
    ({ asset, limit }) => `The residual balances of ${asset} have exceeded ${limit}BTC, Please re-choose.`,
  ),
  'dust-too-small': define<DetailsOf<'dust-too-small'>>(
    -5005,
    400,
    ({ asset }) => `The residual balances of ${asset} is too low, Please re-choose.`,
  ),
  'dust-too-soon': define<DetailsOf<'dust-too-soon'>>(
    -5006,
    400,
    ({ hours }) => `Only transfer once in ${hours} hours.`,
    'later',
  ),
  'sub-account-unrelated': define(-5021, 400, 'This parent sub have no relation'),
  'sub-account-only': define(-9000, 400, 'Support sub-account only.'),
  'operation-unsupported': define(-9000, 400, 'Unsupported operation'),
  'sub-accounts-full': define<DetailsOf<'sub-accounts-full'>>(
    -9000,
    400,
    ({ maximum }) => `The account has ${maximum} sub-accounts, which is the maximum.`,
  ),
  'api-keys-full': define<DetailsOf<'api-keys-full'>>(
    -9000,
    400,
    ({ maximum }) => `The sub-account has ${maximum} API keys, which is the maximum; delete one first.`,
  ),
  // deviation: -4001 occurs only on manual networks without free addresses; on others, addresses are derived.
  'deposit-address-unavailable': define<DetailsOf<'deposit-address-unavailable'>>(
    -4001,
    400,
    ({ network }) => `Invalid operation: no deposit address of ${network} is available now.`,
    'later',
  ),
  'proposed-address-taken': () => reject('not-done'),
};

export const apiErrors = {
  ...ofRequests,
  ...ofParameters,
  ...ofOperations,
  'permission-missing': define(-1002, 400, 'You are not authorized to execute this request.'),
} satisfies ErrorTable<CustomerErrorId>;

/** The error that customers see for an error: the error itself, or the one that its entry names. */
export type ShownToCustomers<I extends CustomerErrorId> = I extends CustomerErrorId
  ? (typeof apiErrors)[I] extends (details: never) => { readonly rejected: infer S }
    ? S
    : I
  : never;
