import { present } from '../../boundary/present.ts';
import * as operations from '../../contract/operator/overview.ts';
import { type OpenStage, openStages } from '../../contract/withdrawal-stages.ts';
import { implement, type OperatorParts } from '../handler.ts';

const maxCounted = 1000;
const maxMovements = 2000;
const hourMs = 3_600_000;
const hours = 24;

export const getOverview = implement(operations.getOverview, async (_input, _operator, parts) => {
  const now = parts.clock.world.now();
  const stages = await Promise.all(openStages.map((stage) => stageOf(parts, stage)));
  return { now, stages, ...(await movementsUntil(parts, now)) };
});

async function stageOf({ reads }: OperatorParts, stage: OpenStage) {
  const { count, oldest } = await reads.countOpenWithdrawals(stage, maxCounted + 1);
  return { stage, count: Math.min(count, maxCounted), isMore: count > maxCounted, oldest };
}

async function movementsUntil({ reads }: OperatorParts, now: number) {
  const withdrawals = await reads.newestTimes('withdrawals', maxMovements);
  const deposits = await reads.newestTimes('deposits', maxMovements);
  const first = Math.floor(now / hourMs) * hourMs - (hours - 1) * hourMs;
  const starts = Array.from({ length: hours }, (_, index) => first + index * hourMs);
  const within = (times: readonly number[], start: number) =>
    times.filter((at) => at >= start && at < start + hourMs).length;
  const covered = [withdrawals, deposits].map((times) =>
    times.length < maxMovements ? first : present(times.at(-1)),
  );
  return {
    hours: starts.map((start) => ({
      start,
      withdrawals: within(withdrawals, start),
      deposits: within(deposits, start),
    })),
    since: Math.max(first, ...covered),
  };
}
