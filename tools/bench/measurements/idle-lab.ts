/**
 * The cost of the open lab for withdrawals while nobody uses it: in one server, by blocks of requests that pass through
 * the lab or past it. Two servers would not do: even with the same code they differ by several percent as long as they
 * run.
 */
import { join } from 'node:path';
import { type Block, blocksOfGroup, readGroups, requestsOfBlock } from '../lab-blocks.ts';
import { boundsOfMedian, median } from '../statistics.ts';
import { withdrawals } from '../subject.ts';
import type { Table } from '../table.ts';
import { seedAccounts, smallOrderQuery } from '../world.ts';
import { type Measurement, runAccepted, usualAccounts } from './measurement.ts';

const loads = 20;
/** About the rate of a server, so that a load takes about as long as `--seconds` says. */
const requestsPerMs = 5;
const requestsOfGroup = blocksOfGroup * requestsOfBlock;
/** More than the log of requests keeps: these groups are not counted, and afterwards all code is compiled. */
const groupsBefore = 5;

export const idleLab: Measurement = {
  name: 'idle-lab',
  title: 'The idle lab: withdrawals through the lab and past it, by blocks in one server',
  accounts: [],
  once: true,
  run: (subject, { durationMs, progress }) =>
    subject.withEmptyPlace(async (place) => {
      const labBlocks = join(place.dataFolder, 'lab-blocks.jsonl');
      const server = await subject.start(place, { demo: true, lab: true, labBlocks });
      try {
        const keys = await seedAccounts(server, usualAccounts, progress, true);
        const send = (groups: number) =>
          runAccepted({
            ...withdrawals(server, keys, { requests: groups * requestsOfGroup }, smallOrderQuery),
            warmupMs: 0,
          });
        await progress.during('before', send(groupsBefore));
        const groups = Math.max(1, Math.round((durationMs * requestsPerMs) / requestsOfGroup));
        for (let load = 1; load <= loads; load += 1)
          await progress.during(`load ${load} of ${loads}`, send(groups));
        return tableOf(readGroups(labBlocks).slice(groupsBefore));
      } finally {
        await server.kill();
      }
    }),
};

type Quantity = 'wallUs' | 'answeringUs' | 'processorUs';

function tableOf(groups: readonly (readonly Block[])[]): Table {
  const eachOf = (quantity: Quantity, lab: boolean) =>
    groups.map((blocks) => {
      const [one = 0, other = 0] = blocks
        .filter((block) => block.lab === lab)
        .map((block) => block[quantity]);
      return (one + other) / 2;
    });
  const row = (lab: boolean) => ({
    perSecond: 1e6 / median(eachOf('wallUs', lab)),
    processorUs: median(eachOf('processorUs', lab)),
  });
  const ratios = (quantity: Quantity) => {
    const past = eachOf(quantity, false);
    return eachOf(quantity, true).map((through, index) => through / (past[index] as number));
  };
  return {
    'withdrawals past the lab': row(false),
    'withdrawals through the idle lab': row(true),
    'the thread that answers, past the lab': { processorUs: median(eachOf('answeringUs', false)) },
    'the thread that answers, through the idle lab': { processorUs: median(eachOf('answeringUs', true)) },
    ...ratioRows(
      'rate through the idle lab ÷ past it',
      ratios('wallUs').map((ratio) => 1 / ratio),
    ),
    ...ratioRows('processor time through the idle lab ÷ past it', ratios('processorUs')),
    ...ratioRows('the thread that answers, through the idle lab ÷ past it', ratios('answeringUs')),
  };
}

function ratioRows(name: string, ratios: readonly number[]): Table {
  const [low, high] = boundsOfMedian(ratios);
  return {
    [`${name}, median of ${ratios.length} groups`]: { relative: median(ratios) },
    [`${name}, the median is at least (95 %)`]: { relative: low },
    [`${name}, the median is at most (95 %)`]: { relative: high },
  };
}
