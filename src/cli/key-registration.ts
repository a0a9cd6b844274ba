/** Asks the operator API of a running server for an API key. */
import { type Called, callOperator, type OperatorApi } from './operator-call.ts';

export type KeyRequest = {
  readonly publicKey?: string;
  readonly permissions?: readonly string[];
  readonly ipAllowList?: readonly string[];
};

export type MadeKey = {
  readonly apiKey: string;
  readonly permissions: readonly string[];
  /** Only of an hmac key. */
  readonly secretKey?: string;
};

export function registerKey(
  api: OperatorApi & { readonly account: string },
  request: KeyRequest,
): Promise<Called<MadeKey>> {
  const path = `/accounts/${encodeURIComponent(api.account)}/api-keys`;
  return callOperator(api, { method: 'POST', path, body: request });
}
