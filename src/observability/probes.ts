/**
 * The probes, which need no token: whether the process is alive, whether it can serve, and its metrics. They reveal
 * counts but never amounts, names or keys.
 */
import type { RawReply, RawRequest } from '../http/http-message.ts';

export type ReadinessReport = {
  readonly ready: boolean;
  readonly store: 'ok' | 'unavailable';
  /** Whether changes of other processes are received. */
  readonly changeFeed: 'ok' | 'unavailable';
  readonly draining: boolean;
};

export type ProbeParts = {
  readonly readiness: () => Promise<ReadinessReport>;
  /** The metrics as text. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

const healthy = '{"status":"ok"}';

type Probe = (parts: ProbeParts) => Promise<RawReply>;

/** By path. */
export const probes: ReadonlyMap<string, Probe> = new Map<string, Probe>([
  ['/health', async () => ({ status: 200, body: healthy })],
  ['/ready', replyReadiness],
  ['/metrics', replyMetrics],
]);

/** For the OpenAPI document, whose operations all need a token. */
export const probesDescription = `These probes are not under /operator/v1 and need no token:
- \`GET /health\` returns 200 as long as the process answers.
- \`GET /ready\` returns 200 if the process can serve, otherwise 503 with the failed check: \`store\` (it did not answer within a second), \`changeFeed\` (changes of other processes have not been received for 5 seconds) or \`draining\` (the process is about to stop). While the process starts, it returns 503 with \`starting\`. During maintenance of the exchange the process is ready.
- \`GET /metrics\` returns metrics in the Prometheus text format.`;

/** The replies to probes while the process starts; undefined for other requests. */
export function probeWhileStarting({
  method,
  target,
}: Pick<RawRequest, 'method' | 'target'>): RawReply | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const [path] = target.split('?', 1);
  if (path === '/health') return { status: 200, body: healthy };
  return path === '/ready' ? { status: 503, body: '{"status":"starting"}' } : undefined;
}

async function replyReadiness({ readiness }: ProbeParts): Promise<RawReply> {
  const { ready, ...checks } = await readiness();
  const status = ready ? 'ready' : 'not ready';
  return { status: ready ? 200 : 503, body: JSON.stringify({ status, ...checks }) };
}

async function replyMetrics({ metrics }: ProbeParts): Promise<RawReply> {
  const { contentType, text } = await metrics();
  return { status: 200, contentType, body: text };
}
