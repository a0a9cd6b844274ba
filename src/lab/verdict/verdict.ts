/** The verdict on a client: one finding for each fault that hit it, from the log of requests and what is stored. */
import type { IntendedPayment } from '../payment.ts';
import type { LoggedRequest } from '../request-log.ts';
import type { Finding, Verdict } from './finding.ts';
import { findRead, findWrite } from './other-finding.ts';
import { findPayment, type Stored } from './payment-finding.ts';
import { findAfterRejection, isSameClient } from './rejection-finding.ts';

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
export function paymentIn([first]: Incident):
  | (LoggedRequest & { readonly payment: IntendedPayment })
  | undefined {
  return first.payment !== null && first.ending !== 'rejections'
    ? { ...first, payment: first.payment }
    : undefined;
}

/** @param stored what is stored of the payment that the incident is about */
export function findingOf(
  incident: Incident,
  requests: readonly LoggedRequest[],
  stored: readonly Stored[],
): Finding {
  const [first] = incident;
  const later = requests.filter(({ number }) => number > first.number);
  if (first.ending === 'rejections')
    return findAfterRejection(
      incident,
      later.filter((each) => isSameClient(first, each)),
    );
  const ofAccount = later.filter(({ key }) => key !== null && key.account.id === first.key?.account.id);
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
