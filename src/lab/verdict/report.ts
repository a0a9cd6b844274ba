/** The verdict as the operator API shows it. */
import type { getLabVerdict } from '../../contract/operator/lab/verdict.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import type { Reads } from '../../store/reads.ts';
import type { RequestLog } from '../request-log.ts';
import type { Finding, Verdict } from './finding.ts';
import { StoredPayments } from './stored-payments.ts';
import {
  Clients,
  findingOf,
  type Incident,
  type IncidentFilter,
  incidentsOf,
  overall,
  paymentIn,
} from './verdict.ts';

export type VerdictReport = OperatorReply<typeof getLabVerdict>;

export type ReportParts = {
  readonly reads: Pick<Reads, 'withdrawals' | 'withdrawalsOfOrders' | 'row'>;
  readonly catalog: () => Catalog;
  /** Lets the requests of customers run meanwhile. */
  readonly yieldNow: () => Promise<void>;
};

/** This many incidents are judged in one turn of the event loop. */
const incidentsPerTurn = 20;

export async function reportVerdict(
  log: RequestLog,
  filter: IncidentFilter,
  { reads, catalog, yieldNow }: ReportParts,
): Promise<VerdictReport> {
  const requests = log.all();
  const payments = new StoredPayments(requests, reads, catalog());
  const clients = new Clients(requests);
  const incidents: VerdictReport['incidents'] = [];
  for (const incident of incidentsOf(requests, filter)) {
    const payment = paymentIn(incident);
    const stored = payment === undefined ? [] : await payments.of(payment);
    incidents.push(view(incident, findingOf(incident, clients, stored)));
    if (incidents.length % incidentsPerTurn === 0) await yieldNow();
  }
  const dropped = log.droppedFirings(filter);
  const verdict = overall(incidents, dropped === 0);
  return { verdict, sentence: summary(verdict, incidents, dropped), dropped, incidents };
}

function view([first]: Incident, { verdict, actions, sentence, requests }: Finding) {
  const { number, operation, key, firing, done, withdrawalId } = first;
  return {
    firing: firing?.id ?? '',
    source: firing?.ruleId ?? '',
    preset: firing?.preset ?? null,
    operation: operation ?? '',
    apiKey: key?.apiKey ?? null,
    account: key?.account.email ?? null,
    requestNumber: number,
    done,
    withdrawalId,
    verdict,
    actions: [...actions],
    sentence,
    requests: [...requests],
  };
}

function summary(
  verdict: Verdict,
  incidents: readonly { readonly verdict: Verdict }[],
  dropped: number,
): string {
  if (incidents.length === 0 && dropped === 0) return 'No fault has hit a request, so nothing is proved.';
  const count = (wanted: Verdict) => incidents.filter((each) => each.verdict === wanted).length;
  const counts = `${incidents.length} ${incidents.length === 1 ? 'incident' : 'incidents'}: ${count('right')} right, ${count('wrong')} wrong, ${count('open')} open.`;
  const missing = dropped === 0 ? '' : ` ${dropped} more are no longer in the log.`;
  const open = verdict === 'open' ? ' The verdict is open.' : '';
  return `${counts}${missing}${open}`;
}
