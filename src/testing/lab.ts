/** The rehearsal lab of the server: faults, explained requests and verdicts. */
import type { PresetName } from '../lab/presets.ts';
import type { ApiClient } from './api-client.ts';
import { BursarError } from './bursar-error.ts';
import type { ExplainedRequest, Fault, FaultRule, Firing, Verdict } from './lab-types.ts';

export async function createFault(api: ApiClient, rule: PresetName | FaultRule): Promise<Fault> {
  const body = typeof rule === 'string' ? { do: rule } : rule;
  const { id } = await api.operator<{ id: string }>('POST', '/lab/faults', body);
  const path = `/lab/faults/${id}`;
  return {
    id,
    firings: async () => (await api.operator<{ firings: readonly Firing[] }>('GET', path)).firings,
    remove: async () => {
      await api.operator('DELETE', path);
    },
  };
}

export async function listRequests(api: ApiClient, limit: number): Promise<readonly ExplainedRequest[]> {
  const { requests } = await api.operator<{ requests: readonly ExplainedRequest[] }>(
    'GET',
    `/lab/requests?limit=${limit}`,
  );
  return requests;
}

export function readVerdict(api: ApiClient): Promise<Verdict> {
  return api.operator('GET', '/lab/verdict');
}

/** @throws BursarError unless the verdict is right. */
export async function assertRight(api: ApiClient): Promise<void> {
  const { verdict, sentence, incidents } = await readVerdict(api);
  if (verdict === 'right') return;
  const lines = incidents
    .filter((each) => each.verdict !== 'right')
    .map((each) => `- ${each.verdict}, after ${each.preset ?? 'a fault'}: ${each.sentence}`);
  throw new BursarError([`The verdict is ${verdict}. ${sentence}`, ...lines].join('\n'));
}
