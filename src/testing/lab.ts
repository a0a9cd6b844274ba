/** What the rehearsal lab does and knows. */
import type { PresetName } from '../lab/presets.ts';
import type { ApiClient } from './api-client.ts';
import { BursarError } from './bursar-error.ts';
import type { ExplainedRequest, Fault, FaultRule, Firing, Verdict } from './lab-types.ts';

/** @param apiKey of the requests that it hits, unless the rule names another; undefined: all. */
export async function createFault(
  api: ApiClient,
  rule: PresetName | FaultRule,
  apiKey: string | undefined,
): Promise<Fault> {
  const { on, ...rest } = typeof rule === 'string' ? { do: rule, on: {} } : rule;
  const body = { ...rest, on: { ...(apiKey !== undefined && { apiKey }), ...on } };
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

/** @param apiKey of the requests; undefined: all. */
export async function listRequests(
  api: ApiClient,
  limit: number,
  apiKey: string | undefined,
): Promise<readonly ExplainedRequest[]> {
  const query = new URLSearchParams({ limit: `${limit}`, ...(apiKey !== undefined && { apiKey }) });
  const { requests } = await api.operator<{ requests: readonly ExplainedRequest[] }>(
    'GET',
    `/lab/requests?${query}`,
  );
  return requests;
}

/** @param apiKey of the requests that were hit; undefined: all. */
export function readVerdict(api: ApiClient, apiKey: string | undefined): Promise<Verdict> {
  const query = new URLSearchParams(apiKey === undefined ? {} : { apiKey });
  return api.operator('GET', `/lab/verdict?${query}`);
}

/** @throws BursarError unless the verdict is right. */
export async function assertRight(api: ApiClient, apiKey: string | undefined): Promise<void> {
  const { verdict, sentence, incidents } = await readVerdict(api, apiKey);
  if (verdict === 'right') return;
  const lines = incidents
    .filter((each) => each.verdict !== 'right')
    .map((each) => `- ${each.verdict}, after ${each.preset ?? 'a fault'}: ${each.sentence}`);
  throw new BursarError([`The verdict is ${verdict}. ${sentence}`, ...lines].join('\n'));
}
