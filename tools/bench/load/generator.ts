/**
 * An HTTP/1.1 load generator, run as a child process: it reads a LoadPlan as JSON from stdin, writes a line to stdout
 * when the load starts, and then one LoadResult as JSON.
 *
 * It shares the machine with the measured server, so it uses as little processor time as possible: one read buffer for
 * all sockets, requests signed in advance and written unchanged, and only the status, Content-Length and end of each
 * reply parsed. It also runs at lower priority than the server: otherwise every second reply that the server writes
 * would cost it the processor, which a client on another machine could not do. It measures or fails: a lost connection,
 * a reply without a known length or a stalled server ends the process.
 */
import { setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import { Connection } from './connection.ts';
import type { LatencySummary } from './latencies.ts';
import type { ClosedLoop, LoadPlan, LoadResult, OpenLoop } from './load.ts';
import { ClosedLoopPhase, OpenLoopPhase, type Phase } from './phase.ts';
import { requestsOf } from './requests.ts';

const READ_BUFFER_BYTES = 256 * 1024;
const STALL_MS = 30_000;
/** The resolution of timers; requests due in between are sent late, which the send delay shows. */
const paceEveryMs = 1;
/** From 0 (normal) to 19 (lowest priority). */
const NICENESS = 5;

async function generateLoad(plan: LoadPlan): Promise<LoadResult> {
  const nextRequest = requestsOf(plan);
  // One buffer serves all sockets: it is filled and read within one turn of the event loop.
  const readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  const connections = Array.from(
    { length: plan.connections },
    (_, index) => new Connection(plan.host, plan.ports[index % plan.ports.length]!, readBuffer, nextRequest),
  );
  await Promise.all(connections.map((connection) => connection.open()));
  process.stdout.write('started\n');
  return 'ratePerSecond' in plan
    ? runOpenLoop(connections, plan, plan.warmupMs)
    : runClosedLoop(connections, plan, plan.warmupMs);
}

async function runClosedLoop(
  connections: readonly Connection[],
  limit: ClosedLoop,
  warmupMs: number,
): Promise<LoadResult> {
  const startMs = performance.now();
  let warmedUp = 0;
  if (warmupMs > 0) {
    const warmup = new ClosedLoopPhase({ durationMs: warmupMs }, performance.now());
    await run(connections, warmup);
    warmedUp = warmup.accepted;
  }
  const cpuBefore = process.cpuUsage();
  const phase = new ClosedLoopPhase(limit, performance.now());
  await run(connections, phase);
  const durationMs = phase.lastReplyMs - phase.startMs;
  return {
    ...describe(phase, phase.summarize(), cpuBefore),
    durationMs,
    ratePerSecond: (phase.accepted / durationMs) * 1000,
    unsent: 0,
    sendDelayP99Ms: 0,
    acceptedInAll: warmedUp + phase.accepted,
    durationInAllMs: phase.lastReplyMs - startMs,
  };
}

async function runOpenLoop(
  connections: readonly Connection[],
  plan: OpenLoop,
  warmupMs: number,
): Promise<LoadResult> {
  const cpuBefore = process.cpuUsage();
  const phase = new OpenLoopPhase(plan, warmupMs, performance.now());
  const timer = setInterval(() => phase.sendDue(performance.now()), paceEveryMs);
  await run(connections, phase);
  clearInterval(timer);
  const { sendDelayP99Ms, unsent, ...latencies } = phase.summarize();
  const durationInAllMs = phase.lastReplyMs - phase.startMs;
  return {
    ...describe(phase, latencies, cpuBefore),
    durationMs: durationInAllMs - warmupMs,
    ratePerSecond: (phase.accepted / durationInAllMs) * 1000,
    unsent,
    sendDelayP99Ms,
    acceptedInAll: phase.accepted,
    durationInAllMs,
  };
}

async function run(connections: readonly Connection[], phase: Phase): Promise<void> {
  const watchdog = setInterval(() => {
    if (performance.now() - phase.lastReplyMs > STALL_MS) throw new Error(`no reply for ${STALL_MS} ms`);
  }, 1000);
  for (const connection of connections) connection.join(phase);
  await phase.done;
  clearInterval(watchdog);
}

function describe(phase: Phase, latencies: LatencySummary, cpuBefore: NodeJS.CpuUsage) {
  const cpu = process.cpuUsage(cpuBefore);
  const { requests, errors, firstErrorBody } = phase;
  return {
    requests,
    errors,
    ...(firstErrorBody !== undefined && { firstErrorBody }),
    ...latencies,
    cpuMs: (cpu.user + cpu.system) / 1000,
  };
}

setPriority(NICENESS);
const plan = JSON.parse(await text(process.stdin)) as LoadPlan;
const result = await generateLoad(plan);
// The connections are still open; exiting closes them.
process.stdout.write(JSON.stringify(result), () => process.exit(0));
