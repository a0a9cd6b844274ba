/**
 * A closed-loop HTTP/1.1 load generator: each keep-alive connection sends its next request when its reply has arrived.
 * Run as a child process: a LoadPlan as JSON on stdin, one LoadResult as JSON on stdout.
 *
 * It shares the machine with the server that it measures, so it spends as little processor time as it can: one read
 * buffer for all sockets, requests signed before they are measured and written as they are, and of a reply only the
 * status, Content-Length and the end. And it is a little less urgent than the server: otherwise every second reply that
 * the server writes takes the processor from it, as no client on another machine could.
 * It measures or it fails: a lost connection, a reply that it cannot delimit or a stalled server ends the process.
 */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import type { FixedWorkload, LoadPlan, LoadResult, SignedWorkload } from './load.ts';
import { isSuccess, LoadReply } from './load-reply.ts';
import { percentile } from './statistics.ts';

const READ_BUFFER_BYTES = 256 * 1024;
/** More than one Node process can put through a socket at a time; it sizes the latency array. */
const MAX_REPLIES_PER_MS = 250;
const STALL_MS = 30_000;
/** Room for a signed request, and how many may be needed: more than a server answers. */
const PRESIGNED_BYTES = 400;
const PRESIGNED_PER_MS = 60;
/** Of 0 (as everybody) to 19 (least urgent). */
const NICENESS = 5;

/** One stretch of load: requests go out until the count or the time is used up, then the open replies are awaited. */
class Phase {
  requests = 0;
  readonly errors: Record<string, number> = {};
  firstErrorBody: string | undefined;
  readonly startMs = performance.now();
  lastReplyMs = this.startMs;
  readonly done = Promise.withResolvers<void>();
  #latenciesMs: Float64Array;
  #successes = 0;
  #unsent: number;
  #endMs: number;
  #open = 0;

  constructor(limit: { durationMs: number } | { requests: number }) {
    const timed = 'durationMs' in limit;
    this.#unsent = timed ? Number.POSITIVE_INFINITY : limit.requests;
    this.#endMs = timed ? this.startMs + limit.durationMs : Number.POSITIVE_INFINITY;
    // Pages that are never written to are never backed by memory.
    this.#latenciesMs = new Float64Array(timed ? limit.durationMs * MAX_REPLIES_PER_MS : limit.requests);
  }

  claimRequest(nowMs: number): boolean {
    if (this.#unsent <= 0 || nowMs >= this.#endMs) return false;
    this.#unsent--;
    this.#open++;
    return true;
  }

  recordReply(reply: LoadReply, sentMs: number, nowMs: number): void {
    this.#open--;
    this.requests++;
    this.lastReplyMs = nowMs;
    if (isSuccess(reply.status)) {
      this.#latenciesMs[this.#successes++] = nowMs - sentMs;
      return;
    }
    this.errors[reply.status] = (this.errors[reply.status] ?? 0) + 1;
    this.firstErrorBody ??= reply.errorBody;
  }

  endIfIdle(): void {
    if (this.#open === 0) this.done.resolve();
  }

  summarize(cpu: NodeJS.CpuUsage): LoadResult {
    if (this.#successes > this.#latenciesMs.length)
      throw new Error('more replies than latencies have room for');
    const sorted = this.#latenciesMs.subarray(0, this.#successes).sort();
    const latencyAt = (share: number) => (sorted.length === 0 ? 0 : percentile(sorted, share));
    const durationMs = this.lastReplyMs - this.startMs;
    return {
      requests: this.requests,
      errors: this.errors,
      ...(this.firstErrorBody !== undefined && { firstErrorBody: this.firstErrorBody }),
      durationMs,
      ratePerSecond: (this.#successes / durationMs) * 1000,
      p50Ms: latencyAt(0.5),
      p90Ms: latencyAt(0.9),
      p99Ms: latencyAt(0.99),
      maxMs: latencyAt(1),
      cpuMs: (cpu.user + cpu.system) / 1000,
    };
  }
}

type RequestSource = () => string | Buffer;

class Connection {
  #reply = new LoadReply();
  #socket: Socket;
  #nextRequest: RequestSource;
  #phase: Phase | undefined;
  #sentMs = 0;

  constructor(host: string, port: number, readBuffer: Buffer, nextRequest: RequestSource) {
    this.#nextRequest = nextRequest;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          if (this.#reply.push(readBuffer.subarray(0, bytes))) this.#endReply();
          return true;
        },
      },
    });
  }

  async open(): Promise<void> {
    await once(this.#socket, 'connect');
    this.#socket.on('close', () => {
      const refusal = this.#phase?.firstErrorBody;
      throw new Error(`the server closed a connection${refusal ? ` after refusing: ${refusal}` : ''}`);
    });
  }

  /** Sends the phase's requests one after the other, as long as it has any. */
  join(phase: Phase): void {
    this.#phase = phase;
    if (phase.claimRequest(performance.now())) this.#send();
  }

  #send(): void {
    const request = this.#nextRequest();
    this.#sentMs = performance.now();
    this.#socket.write(request, 'latin1');
  }

  #endReply(): void {
    const nowMs = performance.now();
    const phase = this.#phase!;
    phase.recordReply(this.#reply, this.#sentMs, nowMs);
    if (phase.claimRequest(nowMs)) this.#send();
    else phase.endIfIdle();
  }
}

function fixedRequests(plan: LoadPlan, workload: FixedWorkload): RequestSource {
  const headers = Object.entries(workload.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${workload.method} ${workload.path} HTTP/1.1\r\nHost: ${plan.host}\r\n`;
  const request = Buffer.from(`${head}${headers.join('')}${emptyBodyHeader(workload.method)}\r\n`, 'latin1');
  return () => request;
}

function signedRequests(plan: LoadPlan, workload: SignedWorkload): () => string {
  const start = `${workload.method} ${workload.path}?`;
  const keys = workload.keys.map(({ apiKey, secretKey, email }) => ({
    secret: createSecretKey(secretKey, 'utf8'),
    end: ` HTTP/1.1\r\nHost: ${plan.host}\r\nX-MBX-APIKEY: ${apiKey}\r\n${emptyBodyHeader(workload.method)}\r\n`,
    query: (workload.query === '' ? '' : `${workload.query}&`)
      .replaceAll('{email}', encodeURIComponent(email ?? ''))
      .split(/(\{n\}|\{order\})/),
  }));
  const runId = randomBytes(6).toString('hex');
  let sequence = 0;
  return () => {
    const { secret, end, query } = keys[sequence % keys.length]!;
    const n = sequence++;
    let signed = '';
    for (const piece of query) {
      if (piece === '{n}') signed += n;
      else if (piece === '{order}') signed += runId + n.toString(36);
      else signed += piece;
    }
    signed += `recvWindow=60000&timestamp=${Date.now()}`;
    const signature = createHmac('sha256', secret).update(signed).digest('hex');
    return `${start}${signed}&signature=${signature}${end}`;
  };
}

/**
 * Signs before the clock starts: a signature costs a good part of what the server spends on the whole request, and the
 * generator shares its processors. Beyond what was signed, requests are signed as they are sent.
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
  const ofWarmup = plan.warmupMs * PRESIGNED_PER_MS;
  return Math.ceil(ofWarmup + ('requests' in plan ? plan.requests : plan.durationMs * PRESIGNED_PER_MS));
}

async function runPhase(connections: Connection[], limit: { durationMs: number } | { requests: number }) {
  const phase = new Phase(limit);
  const watchdog = setInterval(() => {
    if (performance.now() - phase.lastReplyMs > STALL_MS) throw new Error(`no reply for ${STALL_MS} ms`);
  }, 1000);
  for (const connection of connections) connection.join(phase);
  phase.endIfIdle();
  await phase.done.promise;
  clearInterval(watchdog);
  return phase;
}

async function generateLoad(plan: LoadPlan): Promise<LoadResult> {
  const { workload } = plan;
  const nextRequest =
    workload.kind === 'fixed'
      ? fixedRequests(plan, workload)
      : signAhead(signedRequests(plan, workload), countAhead(plan));
  // One buffer serves every socket: it is filled and read out in the same turn.
  const readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  const connections = Array.from(
    { length: plan.connections },
    (_, index) => new Connection(plan.host, plan.ports[index % plan.ports.length]!, readBuffer, nextRequest),
  );
  await Promise.all(connections.map((connection) => connection.open()));
  if (plan.warmupMs > 0) await runPhase(connections, { durationMs: plan.warmupMs });
  const cpuBefore = process.cpuUsage();
  const phase = await runPhase(connections, plan);
  return phase.summarize(process.cpuUsage(cpuBefore));
}

setPriority(NICENESS);
const plan = JSON.parse(await text(process.stdin)) as LoadPlan;
const result = await generateLoad(plan);
// The connections are still open; only leaving ends them.
process.stdout.write(JSON.stringify(result), () => process.exit(0));
