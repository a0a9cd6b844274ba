/**
 * What machines ask again and again, without a token: whether the process lives, whether it can serve, and its figures.
 * They tell counts and never amounts, names or keys.
 */
import type { RawReply, RawRequest } from '../http/http-message.ts';

export type ReadinessReport = {
  readonly ready: boolean;
  readonly store: 'ok' | 'unavailable';
  /** Whether changes of other processes are heard. */
  readonly changeFeed: 'ok' | 'unavailable';
  readonly draining: boolean;
};

export type ProbeParts = {
  readonly readiness: () => Promise<ReadinessReport>;
  /** The figures as text, and what kind of text it is. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

const healthy = '{"status":"ok"}';

type Probe = (parts: ProbeParts) => Promise<RawReply>;

const probes: ReadonlyMap<string, Probe> = new Map<string, Probe>([
  ['/health', async () => ({ status: 200, body: healthy })],
  ['/ready', tellReadiness],
  ['/metrics', tellMetrics],
]);

/** For the description of the API, whose own operations all need a token. */
export const probesDescription = `Outside of it, without a token:
- \`GET /health\` answers 200 as long as the process can answer.
- \`GET /ready\` answers 200 when this process can serve, else 503 with the check that failed: \`store\` (it did not answer within a second), \`changeFeed\` (changes of other processes have not been heard for 5 seconds) or \`draining\` (it is about to stop); 503 too while it is \`starting\`. In the exchange's own maintenance it is ready.
- \`GET /metrics\` answers its figures in the text format of Prometheus.`;

/** @returns undefined when it is none of the probes. */
export function findProbe(path: string, { method }: Pick<RawRequest, 'method'>): Probe | undefined {
  return method === 'GET' || method === 'HEAD' ? probes.get(path) : undefined;
}

/** What a process answers that is not ready for anything else yet. */
export function probeWhileStarting({ method, target }: RawRequest): RawReply | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const [path] = target.split('?', 1);
  if (path === '/health') return { status: 200, body: healthy };
  return path === '/ready' ? { status: 503, body: '{"status":"starting"}' } : undefined;
}

async function tellReadiness({ readiness }: ProbeParts): Promise<RawReply> {
  const { ready, ...checks } = await readiness();
  const status = ready ? 'ready' : 'not ready';
  return { status: ready ? 200 : 503, body: JSON.stringify({ status, ...checks }) };
}

async function tellMetrics({ metrics }: ProbeParts): Promise<RawReply> {
  const { contentType, text } = await metrics();
  return { status: 200, contentType, body: text };
}
