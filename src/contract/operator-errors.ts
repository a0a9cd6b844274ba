/**
 * The errors of the operator API: code, HTTP status and text. A rejection by a command is shown as one of three errors:
 * not found, conflict, or invalid.
 */
import { commonErrors } from './common-errors.ts';
import { define, type ErrorTable } from './error-table.ts';
import type { DetailsOf, Rejection } from './errors.ts';
import { operatorCatalogErrors } from './operator-catalog-errors.ts';
import type { AddressProblem, OperatorCommandErrors, RefusedAddress } from './operator-command-errors.ts';
import { conflict, invalid, notFound } from './operator-rejections.ts';
import { operatorWithdrawalErrors } from './operator-withdrawal-errors.ts';
import type { OperatorRequestErrors } from './request-errors.ts';
import { isoTime } from './text.ts';

export type OperatorErrorId = keyof (OperatorCommandErrors & OperatorRequestErrors);
export type OperatorRejection = Rejection<OperatorErrorId>;

const actionNames = {
  'assign-deposit': 'Assigning a deposit',
  'return-deposit': 'Returning a deposit',
  'reverse-deposit': 'Reversing a deposit',
  'adjust-balance': 'An adjustment',
} as const;

const addressProblems: Readonly<Record<Extract<AddressProblem, string>, string>> = {
  invalid: 'is not an address of the network',
  'tag-invalid': 'has a wrong tag, or contains one',
  repeated: 'is in the list already, or with and without a tag',
  'imported-before': 'was imported before',
  'in-use': 'is the deposit address of an account',
};
function describeAddressProblem(problem: AddressProblem): string {
  if (typeof problem === 'string') return addressProblems[problem];
  return `is an address of ${problem.elsewhere.join(', ')}, with which the network shares no addressGroup`;
}
/** At most this many are named. */
const refusedShown = 20;

function describeRefused(refused: readonly RefusedAddress[]): string {
  const named = refused.slice(0, refusedShown).map(({ index, address, addressTag, problem }) => {
    const text = addressTag === '' ? address : `${address} with tag ${addressTag}`;
    return `addresses[${index}] ${text} ${describeAddressProblem(problem)}`;
  });
  const more = refused.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

export const operatorErrors = {
  ...commonErrors,
  'operator-unauthorized': define(
    -9401,
    401,
    'Nobody is signed in, and the bearer token is missing or wrong. Until there is an administrator, it is the operator-token in the data folder.',
  ),
  'operator-forbidden': define<DetailsOf<'operator-forbidden'>>(-9403, 403, ({ reason }) => reason),
  'sign-ins-too-many': define<DetailsOf<'sign-ins-too-many'>>(
    -9429,
    429,
    ({ retryAfterS }) => `There were too many failed attempts to sign in; try again in ${retryAfterS} s.`,
    'later',
  ),
  'credentials-wrong': define(
    -9402,
    401,
    'The name and the password, or the passkey, are not those of an active operator.',
  ),
  'proof-missing': define(
    -9407,
    403,
    'This needs a proof of identity of the last two minutes: repeat the password or the passkey, then the request. A token cannot do it.',
  ),
  'operator-not-found': define<DetailsOf<'operator-not-found'>>(
    -9404,
    404,
    ({ what }) => `There is no ${what}.`,
  ),
  'operator-conflict': define<DetailsOf<'operator-conflict'>>(-9409, 409, ({ reason }) => reason),
  'operator-invalid': define<DetailsOf<'operator-invalid'>>(
    -9400,
    ({ status }) => status ?? 400,
    ({ reason }) => reason,
  ),

  'read-too-long': define(
    -9503,
    503,
    'Reading this takes too long while customers are served. Try again, or ask for less: a time range, an account, a lower limit.',
    'later',
  ),
  'streams-too-many': define<DetailsOf<'streams-too-many'>>(
    -9430,
    429,
    ({ limit, of }) =>
      of === 'yours'
        ? `You follow ${limit} streams of changes already; close one first.`
        : `This process serves ${limit} streams of changes already; try again later, or ask another process.`,
    'later',
  ),

  ...operatorWithdrawalErrors,
  ...operatorCatalogErrors,
  'operator-unknown': ({ name }) => notFound(`operator ${name}`),
  'operator-exists': ({ name }) => conflict(`An operator ${name} already exists.`),
  'operator-disabled': ({ name }) => conflict(`Operator ${name} is disabled; enable them first.`),
  'operator-self': () => conflict('Another operator must do this to your own account.'),
  'administrator-last': ({ name }) =>
    conflict(`${name} is the last administrator; make another operator an administrator first.`),
  'link-unknown': () =>
    notFound('such one-time link: it was used, it has expired, or another one has replaced it'),
  'credential-stale': () => conflict('The password or the passkey has just been changed.'),
  'session-unknown': ({ id }) => notFound(`session ${id} of yours`),
  'passkey-unknown': ({ id }) => notFound(`passkey ${id} of yours`),
  'passkey-exists': () => conflict('This passkey is already registered.'),
  'passkey-challenge-spent': () =>
    conflict('This answer of a passkey was used before: ask for another challenge, and answer that.'),
  'passkeys-full': ({ maximum }) =>
    conflict(`You have ${maximum} passkeys, which is the maximum; delete one first.`),
  'passkey-last': () =>
    conflict('You have no password, and this is your last passkey; set a password first.'),
  'token-exists': ({ name }) => conflict(`An API token ${name} is valid already; revoke it first.`),
  'token-unknown': ({ id }) => notFound(`valid API token ${id}`),
  'asset-unknown': ({ asset }) => notFound(`asset ${asset}`),
  'network-unknown': ({ network, asset }) =>
    notFound(['network', network, ...(asset === undefined ? [] : ['of', asset])].filter(Boolean).join(' ')),
  'account-unknown': ({ account }) => notFound(`account ${account}`),
  'account-exists': ({ email }) => conflict(`An account ${email} already exists.`),
  'email-invalid': ({ email }) => invalid(`'${email}' is not an e-mail address.`),
  'master-is-sub-account': ({ email }) => conflict(`${email} is itself a sub-account.`),
  'permission-unknown': ({ permission }) => invalid(`Permission '${permission}' does not exist.`),
  'ip-range-invalid': ({ range }) => invalid(`'${range}' is neither an IP address nor a CIDR range.`),
  'address-book-full': ({ email, maximum }) =>
    conflict(`The address book of ${email} has ${maximum} entries, which is the maximum; delete one first.`),
  'address-book-entry-unknown': ({ email, asset, network, address }) =>
    notFound(`entry for ${asset} on ${network} to ${address} in the address book of ${email}`),
  'address-not-whitelisted': ({ address, asset, network, from }) =>
    conflict(
      `The account may withdraw only to whitelisted addresses, and ${address} is not one for ${asset} on ${network}${
        from === null ? '' : ` before ${isoTime(from)}`
      }.`,
    ),
  'questionnaire-missing': ({ country }) =>
    conflict(`The withdrawal has no questionnaire, which the travel rule of ${country} requires.`),
  'questionnaire-invalid': ({ field, rule }) =>
    conflict(`The questionnaire of the withdrawal does not meet the travel rule: ${field} ${rule}.`),
  'amount-owed': ({ asset }) =>
    conflict(`The account owes an amount of ${asset} for a deposit that is no longer on the chain.`),
  'price-missing': ({ asset }) =>
    conflict(`The account has a quota in USD, but ${asset} has no price; set one first.`),
  'quota-exceeded': ({ quota }) =>
    conflict(`The withdrawals of the account within 24 hours would exceed its quota of ${quota} USD.`),
  'api-key-exists': ({ apiKey }) => conflict(`An API key ${apiKey} already exists.`),
  'change-empty': () => invalid('The request contains no changes.'),
  'api-key-unknown': ({ apiKey, email }) => notFound(`API key ${apiKey} of ${email}`),
  'deposit-unknown': ({ id }) => notFound(`deposit ${id}`),
  'deposit-address-unknown': ({ address, network }) => notFound(`deposit address ${address} on ${network}`),
  'dividend-unknown': ({ tranId }) => notFound(`dividend ${tranId}`),
  'ban-unknown': ({ ip }) => notFound(`ban of ${ip}`),
  'owner-disabled': ({ email }) =>
    conflict(`Account ${email} is disabled; enable it, or cancel the withdrawal.`),
  'withdrawal-suspended': ({ asset, network }) =>
    conflict(`Withdrawals of ${asset} on ${network} are disabled; enable them, or cancel the withdrawal.`),
  'withdrawal-denied': ({ rule }) =>
    conflict(`Rule '${rule}' of the approval policy denies the withdrawal; cancel it.`),
  'addresses-refused': ({ network, refused }) =>
    conflict(`Nothing was imported for ${network}: ${describeRefused(refused)}.`),
  'deposit-not-seen': ({ network, txId, outputIndex }) =>
    notFound(`deposit by output ${outputIndex} of transaction ${txId} on ${network}`),
  'output-differs': ({ txId, outputIndex, property }) => {
    const what = property === 'addressTag' ? 'address tag' : property;
    return conflict(
      `Output ${outputIndex} of transaction ${txId} is already recorded with another ${what}. A different output of the same transaction must have a different outputIndex.`,
    );
  },
  'deposit-owned': ({ email }) => conflict(`The deposit already belongs to an account: ${email}.`),
  'deposit-stage-wrong': ({ stage }) => conflict(`The deposit is ${stage}.`),
  'deposit-below-unit': () => conflict('The deposit is smaller than one unit of its asset.'),
  'deposit-below-minimum': () =>
    conflict('The deposit is below the minimum and was not posted to the ledger; it can only be assigned.'),
  'deposit-unconfirmed': () => conflict('The deposit does not have enough confirmations yet to be returned.'),
  'deposit-reorganised': () =>
    conflict(
      'The block of the deposit was reorganised away; it can be assigned or returned once it is confirmed again.',
    ),
  'deposit-not-reorganised': () => conflict('The block of the deposit was not reorganised away.'),
  'deposit-in-block-again': () => conflict('The deposit is in a block again, which may confirm it.'),
  'custody-insufficient': ({ asset, network }) =>
    conflict(`Custody has less ${asset} available on ${network} than the amount.`),
  'deposit-network-undefined': ({ asset, network }) =>
    conflict(
      `${asset} is not defined on ${network}; define it there to return the deposit, or assign the deposit.`,
    ),
  'return-address-invalid': ({ network }) => invalid(`address: is not a valid address on ${network}.`),
  'return-address-tag-invalid': ({ network }) =>
    invalid(`addressTag: is not a valid address tag on ${network} for that address.`),
  'return-address-own': () =>
    conflict('The address belongs to this exchange; assign the deposit to its owner instead.'),
  'fee-precision-exceeded': ({ asset, scale }) =>
    invalid(`fee: has more decimals than ${asset}, which has ${scale}.`),
  'fee-not-below-amount': () => conflict('The fee must be smaller than the deposit; send a smaller fee.'),
  'address-contains-tag': ({ address }) =>
    invalid(`address: '${address}' contains a tag; send the address without it, and the tag as addressTag.`),
  'address-taken': () =>
    conflict('The address belongs to another account, or was imported for other networks.'),
  'address-taken-with-tags': () =>
    conflict('Other accounts use this address with a tag; send the addressTag.'),
  'address-taken-without-tag': () => conflict('Another account uses this address without a tag.'),
  'reason-missing': ({ action }) => invalid(`${actionNames[action]} requires a reason.`),
  'booking-unbacked': () => invalid('A network is allowed only for a backed booking.'),
  'custody-below-booking': ({ asset, network, available }) =>
    conflict(
      `Custody has ${available} ${asset} available on ${network}; choose another network, or set backed to false.`,
    ),
  'seal-superseded': ({ previousSeq, sealedSeq }) =>
    conflict(`The seal extends transfer ${previousSeq}, but the chain is already sealed up to ${sealedSeq}.`),
  'idempotency-key-reused': ({ key, operation }) =>
    conflict(`Idempotency-Key '${key}' was used for another ${operation} request.`),
  'dividend-abandoned': () => conflict('Preparing the dividend took too long; nothing was paid.'),
  'blocks-too-few': ({ network, height }) => conflict(`The chain of ${network} has only ${height} blocks.`),
  'event-account-unknown': ({ index, email }) =>
    invalid(`events[${index}]: account ${email} does not exist.`),
  'event-symbol-unknown': ({ index, symbol }) =>
    invalid(`events[${index}]: symbol ${symbol} does not exist.`),
  'event-negative': ({ index }) =>
    invalid(`events[${index}]: submitted, filled and openMs must not be negative.`),
  'event-too-precise': ({ index }) =>
    invalid(`events[${index}]: submitted and filled must have at most 18 decimals and 36 digits.`),
  'lock-duration-invalid': ({ maxMs }) => invalid(`recoverAfterMs must be an integer from 1 to ${maxMs}.`),
  'address-invalid': ({ address, network }) =>
    invalid(`address: '${address}' is not an address on ${network}.`),
  'address-tag-invalid': ({ addressTag, network }) =>
    invalid(`addressTag: '${addressTag}' is not an address tag on ${network}.`),
  'precision-exceeded': ({ asset, scale }) =>
    invalid(`The amount has more decimals than ${asset}, which has ${scale}.`),
  'amount-not-positive': () => invalid('The amount must be greater than zero.'),
  'balance-insufficient': ({ email, asset }) =>
    conflict(`The free balance of ${email} in ${asset} is less than the amount.`),
} satisfies ErrorTable<OperatorErrorId>;

/** The error that operators see for an error: the error itself, or the one that its entry names. */
export type ShownToOperators<I extends OperatorErrorId> = I extends OperatorErrorId
  ? (typeof operatorErrors)[I] extends (details: never) => { readonly rejected: infer S }
    ? S
    : I
  : never;
