/** Blocks of requests that pass through the lab or past it, and the time that each took. */
import { appendFileSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export const requestsOfBlock = 2048;
/** Two that pass through the lab and two that do not. */
export const blocksOfGroup = 4;

/**
 * The order ABBABAABBAABABBA…, by the number of ones in the binary number of a block: neither a drift nor what happens at
 * the beginning and the end of a load falls more often on blocks of one kind.
 */
function passesThroughLab(block: number): boolean {
  let ones = 0;
  for (let rest = block; rest > 0; rest >>= 1) ones += rest & 1;
  return ones % 2 === 0;
}

/** µs for each request of a block. */
export type Block = {
  readonly lab: boolean;
  /** From the first arrival to the last. */
  readonly wallUs: number;
  /** Processor time of the thread that answers. */
  readonly answeringUs: number;
  /** Processor time of the whole process. */
  readonly processorUs: number;
};

export class BlockMeter {
  readonly #file: string;
  #block = 0;
  #requests = 0;
  #begun = usage();

  constructor(file: string) {
    this.#file = file;
  }

  /** To be called when a request arrives. @returns whether it passes through the lab. */
  next(): boolean {
    const lab = passesThroughLab(this.#block);
    if (this.#requests === 0) this.#begun = usage();
    this.#requests += 1;
    if (this.#requests === requestsOfBlock) this.#end(lab);
    return lab;
  }

  #end(lab: boolean): void {
    const now = usage();
    const each = (what: keyof ReturnType<typeof usage>) => (now[what] - this.#begun[what]) / requestsOfBlock;
    const block: Block = {
      lab,
      wallUs: each('wallUs'),
      answeringUs: each('answeringUs'),
      processorUs: each('processorUs'),
    };
    appendFileSync(this.#file, `${JSON.stringify(block)}\n`);
    this.#block += 1;
    this.#requests = 0;
  }
}

function usage() {
  const thread = process.threadCpuUsage();
  const all = process.cpuUsage();
  return {
    wallUs: performance.now() * 1000,
    answeringUs: thread.user + thread.system,
    processorUs: all.user + all.system,
  };
}

/** The blocks in groups; the last ones may not fill one. */
export function readGroups(file: string): readonly (readonly Block[])[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const blocks = lines.map((line) => JSON.parse(line) as Block);
  return Array.from({ length: Math.floor(blocks.length / blocksOfGroup) }, (_, group) =>
    blocks.slice(group * blocksOfGroup, (group + 1) * blocksOfGroup),
  );
}
