/** The verdict on a client: a finding for each fault that hit it, from the request log and the stored withdrawals. */
import type { LoggedRequest } from '../logged-request.ts';
import type { Finding, Verdict } from './finding.ts';
import { findRead, findWrite } from './other-finding.ts';
import { findPayment, type Stored } from './payment-finding.ts';
import { clientOf, findAfterRejection } from './rejection-finding.ts';
import { isSubmission, type Submitted } from './stored-payments.ts';

/** The requests that one firing hit, in the order of arrival: several only if it rejects a client for a while. */
export type Incident = readonly [LoggedRequest, ...LoggedRequest[]];

export type IncidentFilter = {
  readonly apiKey?: string | undefined;
  /** Only faults that hit requests after this one. */
  readonly after?: number | undefined;
};

export function incidentsOf(
  requests: readonly LoggedRequest[],
  { apiKey, after = 0 }: IncidentFilter,
): readonly Incident[] {
  const byFiring = new Map<string, [LoggedRequest, ...LoggedRequest[]]>();
  for (const request of requests) {
    const { firing, key } = request;
    if (firing === null || (apiKey !== undefined && key?.apiKey !== apiKey)) continue;
    const known = byFiring.get(firing.id);
    if (known === undefined) byFiring.set(firing.id, [request]);
    else known.push(request);
  }
  return [...byFiring.values()].filter(([first]) => first.number > after);
}

/** The submitted payment that an incident is about, if its outcome may be in doubt. */
export function paymentIn([first]: Incident): Submitted | undefined {
  return first.ending !== 'rejections' && isSubmission(first) ? first : undefined;
}

/** The requests of each account and of each client, in the order of arrival. */
export class Clients {
  readonly #byAccount: ReadonlyMap<number | undefined, readonly LoggedRequest[]>;
  readonly #byClient: ReadonlyMap<string, readonly LoggedRequest[]>;

  /** @param requests in the order of arrival */
  constructor(requests: readonly LoggedRequest[]) {
    this.#byAccount = Map.groupBy(requests, ({ key }) => key?.account.id);
    this.#byClient = Map.groupBy(requests, clientOf);
  }

  /** The later requests with any key of the same account; none for a request without a key. */
  ofAccountAfter({ number, key }: LoggedRequest): readonly LoggedRequest[] {
    return key === null ? [] : after(number, this.#byAccount.get(key.account.id) ?? []);
  }

  /** The later requests of the same client. */
  ofClientAfter(first: LoggedRequest): readonly LoggedRequest[] {
    return after(first.number, this.#byClient.get(clientOf(first)) ?? []);
  }
}

function after(number: number, requests: readonly LoggedRequest[]): readonly LoggedRequest[] {
  return requests.filter((each) => each.number > number);
}

/** @param stored the stored withdrawals of the payment that the incident is about */
export function findingOf(incident: Incident, clients: Clients, stored: readonly Stored[]): Finding {
  const [first] = incident;
  if (first.ending === 'rejections') return findAfterRejection(incident, clients.ofClientAfter(first));
  const ofAccount = clients.ofAccountAfter(first);
  const payment = paymentIn(incident);
  if (payment !== undefined) return findPayment(payment, ofAccount, stored);
  return first.writes ? findWrite(first, ofAccount) : findRead(first);
}

/** The verdict of all findings together; open without findings. @param isComplete whether no incident is missing */
export function overall(findings: readonly Pick<Finding, 'verdict'>[], isComplete: boolean): Verdict {
  if (findings.some(({ verdict }) => verdict === 'wrong')) return 'wrong';
  const isSettled = isComplete && findings.length > 0;
  return isSettled && findings.every(({ verdict }) => verdict === 'right') ? 'right' : 'open';
}
