/** Faults of the rehearsal lab. */
import type { ApiClient } from './api-client.ts';
import type { Fault, FaultRule, Firing } from './types.ts';

/** @param apiKey of the requests that it hits, unless the rule names another; undefined: all. */
export async function createFault(
  api: ApiClient,
  rule: string | FaultRule,
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
