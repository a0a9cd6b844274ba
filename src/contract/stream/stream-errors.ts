/** The errors of the WebSocket API: those of customers' requests, and those of its messages and subscriptions. */
import { apiErrors, type CustomerErrorId } from '../customer-errors.ts';
import { define, type ErrorTable } from '../error-table.ts';
import type { DetailsOf, Rejection } from '../errors.ts';
import type { StreamRequestErrors } from '../request-errors.ts';

export type StreamErrorId = CustomerErrorId | keyof StreamRequestErrors;
export type StreamRejection = Rejection<StreamErrorId>;

export const streamErrors = {
  ...apiErrors,
  // deviation: a method that needs a session is rejected with -1002 without one; the documentation names no code.
  'session-missing': define(
    -1002,
    401,
    'You are not authorized to execute this request: this method needs session.logon first.',
  ),
  'method-unknown': define<DetailsOf<'method-unknown'>>(
    -1020,
    400,
    ({ method }) => `This operation is not supported: there is no method '${method}'.`,
  ),
  'message-invalid': define<DetailsOf<'message-invalid'>>(
    -1135,
    400,
    ({ reason }) => `Invalid JSON Request: ${reason}.`,
  ),
  'time-unit-invalid': define(
    -1194,
    400,
    'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.',
  ),
  'subscription-active': define(-2035, 400, 'User Data Stream subscription already active.'),
  'subscription-inactive': define(-2036, 400, 'User Data Stream subscription not active.'),
  'subscription-ids-exhausted': define(-2042, 400, 'Maximum subscription ID reached for this connection.'),
  'subscriptions-too-many': define<DetailsOf<'subscriptions-too-many'>>(
    -1034,
    400,
    ({ limit }) => `Too many active subscriptions of this connection; the limit is ${limit}.`,
  ),
  'key-type-unsupported': define<DetailsOf<'key-type-unsupported'>>(
    -4056,
    400,
    ({ keyType }) => `${keyType} API key is not supported.`,
  ),
} satisfies ErrorTable<StreamErrorId>;
