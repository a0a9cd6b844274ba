/** Builds the requests of the load generator as bytes. */
import { createHmac, createPrivateKey, createSecretKey, randomBytes, sign } from 'node:crypto';
import type { FixedWorkload, LoadPlan, SignedWorkload } from './load.ts';
import { countPaced } from './phase.ts';

/** Maximum size of a signed request, and how many a closed loop may need: more than a server answers. */
const PRESIGNED_BYTES = 400;
const PRESIGNED_PER_MS = 60;

export type RequestSource = () => string | Buffer;

export function requestsOf(plan: LoadPlan): RequestSource {
  const { workload } = plan;
  if (workload.kind === 'fixed') return fixedRequests(plan, workload);
  if (workload.repeated !== undefined) return repeat(signedRequests(plan, workload), workload.repeated);
  return signAhead(signedRequests(plan, workload), countAhead(plan));
}

function fixedRequests(plan: LoadPlan, workload: FixedWorkload): RequestSource {
  const headers = Object.entries(workload.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${workload.method} ${workload.path} HTTP/1.1\r\nHost: ${plan.host}\r\n`;
  const request = Buffer.from(`${head}${headers.join('')}${emptyBodyHeader(workload.method)}\r\n`, 'latin1');
  return () => request;
}

function signedRequests(plan: LoadPlan, workload: SignedWorkload): () => string {
  const start = `${workload.method} ${workload.path}?`;
  const pieces = (workload.query === '' ? '' : `${workload.query}&`).split(/(\{order\})/);
  const keys = workload.keys.map(({ apiKey, secretKey }) => ({
    signatureOf: signer(secretKey),
    end: ` HTTP/1.1\r\nHost: ${plan.host}\r\nX-MBX-APIKEY: ${apiKey}\r\n${emptyBodyHeader(workload.method)}\r\n`,
  }));
  const timestampOf = createTimestamps(plan);
  const runId = randomBytes(6).toString('hex');
  let sequence = 0;
  return () => {
    const { signatureOf, end } = keys[sequence % keys.length]!;
    const n = sequence++;
    let signed = '';
    for (const piece of pieces) signed += piece === '{order}' ? runId + n.toString(36) : piece;
    signed += `recvWindow=60000&timestamp=${timestampOf(n)}`;
    return `${start}${signed}&signature=${signatureOf(signed)}${end}`;
  };
}

function signer(secretKey: string): (text: string) => string {
  if (secretKey.includes('PRIVATE KEY')) {
    const key = createPrivateKey(secretKey);
    const algorithm = key.asymmetricKeyType === 'rsa' ? 'sha256' : null;
    return (text) => encodeURIComponent(sign(algorithm, Buffer.from(text), key).toString('base64'));
  }
  const secret = createSecretKey(secretKey, 'utf8');
  return (text) => createHmac('sha256', secret).update(text).digest('hex');
}

function repeat(source: () => string, count: number): RequestSource {
  const requests = Array.from({ length: count }, () => Buffer.from(source(), 'latin1'));
  let sent = 0;
  return () => requests[sent++ % count] as Buffer;
}

/** In an open loop the due time of each request is known, so that a minute of requests can be signed in advance. */
function createTimestamps(plan: LoadPlan): (sequence: number) => number {
  if (!('ratePerSecond' in plan)) return () => Date.now();
  const start = Date.now();
  return (sequence) => start + Math.floor((sequence * 1000) / plan.ratePerSecond);
}

/**
 * Signs before the clock starts: a signature costs a large share of what the server spends on the whole request, and
 * the generator shares its processors. Further requests are signed when they are sent.
 */
function signAhead(source: () => string, count: number): RequestSource {
  const arena = Buffer.allocUnsafeSlow(count * PRESIGNED_BYTES);
  const ends = new Uint32Array(count);
  let signed = 0;
  for (let end = 0; signed < count; signed++) {
    const request = source();
    if (end + request.length > arena.length) break;
    end += arena.write(request, end, 'latin1');
    ends[signed] = end;
  }
  let sent = 0;
  return () => {
    if (sent === signed) return source();
    const start = sent === 0 ? 0 : ends[sent - 1];
    return arena.subarray(start, ends[sent++]);
  };
}

function emptyBodyHeader(method: string): string {
  return method === 'GET' ? '' : 'Content-Length: 0\r\n';
}

function countAhead(plan: LoadPlan): number {
  if ('ratePerSecond' in plan) return countPaced(plan, plan.warmupMs);
  const ofWarmup = plan.warmupMs * PRESIGNED_PER_MS;
  return Math.ceil(ofWarmup + ('requests' in plan ? plan.requests : plan.durationMs * PRESIGNED_PER_MS));
}
