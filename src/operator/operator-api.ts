/** The dependencies of the operator API. */
import { describeError } from '../contract/error-table.ts';
import { reject } from '../contract/errors.ts';
import { type OperatorRejection, operatorErrors } from '../contract/operator-errors.ts';
import type { Refusal, Refuse } from '../http/http-message.ts';
import type { RequestMeter } from '../meter/request-meter.ts';
import type { ProbeParts } from '../observability/probes.ts';
import type { Access } from './access/access.ts';
import type { Authentication } from './access/authentication.ts';
import type { OperatorParts } from './handler.ts';
import type { WrongTokens } from './wrong-tokens.ts';

export type OperatorApiParts = OperatorParts & {
  readonly access: Access;
  readonly authentication: Authentication;
  /** The origins under which proxies serve the API to browsers. */
  readonly origins: readonly string[];
  readonly openApi: () => string;
  readonly probes: ProbeParts;
  readonly meter: RequestMeter;
  readonly wrongTokens: WrongTokens;
  /** Reports an internal error. @returns the incident id for the reply. */
  readonly onBug: (error: unknown) => string;
};

export type OperatorApi = OperatorApiParts & {
  /** Replies to requests that violate HTTP itself. */
  readonly refuse: Refuse;
};

export function createOperatorApi(parts: OperatorApiParts): OperatorApi {
  return {
    ...parts,
    refuse(refusal) {
      const { error, status, body } = describeError(invalidHttp(refusal), operatorErrors);
      parts.meter.count(undefined, status, error, undefined);
      return { status, body: JSON.stringify(body) };
    },
  };
}

/** The rejection of a request that violates HTTP itself. */
export const invalidHttp = ({ status, reason }: Pick<Refusal, 'status' | 'reason'>): OperatorRejection =>
  reject('operator-invalid', { status, reason: `The request was rejected: ${reason}.` });
