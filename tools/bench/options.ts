/** Command-line options of `npm run bench`. */
import { parseArgs } from 'node:util';
import type { Pace } from './measurements/paced.ts';
import type { StoreName } from './storage.ts';

export const help = `usage: npm run bench -- [WHAT] [OPTIONS]
       npm run bench -- --write RESULT.json [RESULT.json]

Measures signed, durable withdrawals on this machine, with a load generator on the same machine. The speed of a shared
host varies by tens of percent, so a single figure means little: compare two commits in one run.

  npm run bench                            Compares this checkout with yardsticks: a bare Fastify route and a raw loop
                                           of the same writes; with --store postgres, pgbench (about four minutes).
  npm run bench -- --yardsticks --paced half --sustained
                                           What the README shows; with --store postgres, its last line.
  npm run bench -- --against main          Compares the peak rates of this checkout and another commit, measured
                                           alternately (ABBA). "× 1.05 [0.98–1.11]" is the median and the range of the
                                           ratios of the pairs.
  npm run bench -- --against HEAD~1 --paced half --pairs 5
                                           Also latency at half of the other commit's peak rate.
  npm run bench -- --of HEAD~1 --against HEAD~5
                                           Compares two earlier commits, with the load generator of this checkout.

Measurements; without --against they run on this checkout alone:
  --paced RATE       Latency in an open loop at RATE per second ('half': half of the peak), counted from when each
                     request was due.
  --sustained        The highest rate at which the backlog of incomplete withdrawals does not grow over 60 s.
  --accounts         The peak rate with 100, 1,000, 10,000 and 100,000 accounts.
  --rows             A million withdrawals: rate, memory, time from SIGTERM to exit with the backlog, next start.
  --streams          1,000 balance streams while withdrawals run: events per second, and their delay.
  --first-start      The first start of the demo to its first reply, and its memory.
  --lists            A million withdrawals, a thousand of them over HTTP and then multiplied in the database: each list
                     page against the same page over the thousand, and withdrawals with and without readers, by turns.
  --worlds           Worlds of the lab: an idle year, fork, restore and reset, the memory of 1,000, and withdrawals in
                     one of them; with --store postgres, also worlds on PostgreSQL and the reset of the exchange.
  --lab              What the open lab costs withdrawals if nobody uses it: through the lab and past it, by blocks in one
                     server.
  --yardsticks       The comparison with yardsticks, in addition to the others.
  --all              All measurements.

Options:
  --against REF      The commit to compare with; it is checked out into a temporary folder.
  --of REF           Measures this commit, checked out in the same way, instead of this checkout as it is.
  --pairs N          Number of measurements of each commit. Default 3.
  --seconds S        Duration of each load, up to 30, after 1.5 s of warm-up. Default 3: longer loads at the peak rate
                     end when the workers, 5 s behind, get half of each commit (docs/benchmarks.md).
  --store NAME       sqlite (default) or postgres: a private PostgreSQL that is started for the run.
  --confirm-seconds S  Duration for which a rate must be sustained. Default 60.
  --withdrawals N    Number of withdrawals for --rows and --lists. Default 1000000.
  --max-accounts N   Skips larger numbers of --accounts. Default 100000.
  --json FILE        Writes every single measurement to FILE, for a script or --write.
  --write            Fills docs/benchmarks.md and the figures in the README from results written with --json.

Exit codes: 0 success, 1 failure, 2 usage error.`;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Options = {
  readonly help: boolean;
  /** Result files to publish instead of measuring. */
  readonly write: readonly string[] | undefined;
  readonly against: string | undefined;
  /** The commit to measure; undefined for this checkout as it is. */
  readonly of: string | undefined;
  readonly pairs: number;
  readonly seconds: number;
  readonly store: StoreName;
  readonly json: string | undefined;
  readonly yardsticks: boolean;
  /** Whether to run the closed loop. */
  readonly peak: boolean;
  readonly paced: Pace | undefined;
  readonly sustained: boolean;
  readonly accounts: boolean;
  readonly rows: boolean;
  readonly streams: boolean;
  readonly firstStart: boolean;
  readonly worlds: boolean;
  readonly lists: boolean;
  readonly lab: boolean;
  readonly confirmSeconds: number;
  readonly withdrawals: number;
  readonly maxAccounts: number;
};

/** A request is signed before the load starts, and its signature is valid for a minute. */
const maxSeconds = 30;
/** More than one load generator can send. */
const maxRatePerSecond = 100_000;

const flags = {
  help: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  against: { type: 'string' },
  of: { type: 'string' },
  lab: { type: 'boolean', default: false },
  pairs: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '3' },
  store: { type: 'string', default: 'sqlite' },
  json: { type: 'string' },
  all: { type: 'boolean', default: false },
  yardsticks: { type: 'boolean', default: false },
  paced: { type: 'string' },
  sustained: { type: 'boolean', default: false },
  accounts: { type: 'boolean', default: false },
  rows: { type: 'boolean', default: false },
  streams: { type: 'boolean', default: false },
  'first-start': { type: 'boolean', default: false },
  worlds: { type: 'boolean', default: false },
  lists: { type: 'boolean', default: false },
  'confirm-seconds': { type: 'string' },
  withdrawals: { type: 'string' },
  'max-accounts': { type: 'string' },
} as const;

/** Options that are only used by some measurements. */
const detailsOf = {
  'confirm-seconds': ['sustained'],
  withdrawals: ['rows', 'lists'],
  'max-accounts': ['accounts'],
} as const;

/** @throws UsageError with a one-line message. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (positionals.length > 0 && !values.write) throw new UsageError(`unknown argument '${positionals[0]}'`);
  if (values.write && positionals.length === 0 && !values.help) {
    throw new UsageError('--write needs a result file written with --json');
  }
  checkCombination(values);
  const { all, against, of, json, paced } = values;
  const chosen = {
    paced: paced === undefined ? (all ? ('half' as const) : undefined) : paceOf(paced),
    ...switchesOf(values),
  };
  const needsPeak = chosen.paced !== undefined || chosen.sustained;
  const nothingElse = Object.values(chosen).every((each) => each === undefined || each === false);
  return {
    ...chosen,
    help: values.help,
    write: values.write ? positionals : undefined,
    against,
    of,
    json,
    pairs: atLeast('pairs', values.pairs, 1, true),
    seconds: between('seconds', values.seconds, 0.1, maxSeconds),
    store: storeOf(values.store),
    peak: needsPeak || all || (nothingElse && against !== undefined),
    yardsticks: values.yardsticks || all || (nothingElse && against === undefined),
    confirmSeconds: atLeast('confirm-seconds', values['confirm-seconds'] ?? '60', 7),
    withdrawals: atLeast('withdrawals', values.withdrawals ?? '1000000', 1000, true),
    maxAccounts: atLeast('max-accounts', values['max-accounts'] ?? '100000', 1000, true),
  };
}

type Switches = Pick<
  Options,
  'sustained' | 'accounts' | 'rows' | 'streams' | 'firstStart' | 'worlds' | 'lists' | 'lab'
>;

function switchesOf({ all, ...values }: ReturnType<typeof parse>['values']): Switches {
  return {
    sustained: values.sustained || all,
    accounts: values.accounts || all,
    rows: values.rows || all,
    streams: values.streams || all,
    firstStart: values['first-start'] || all,
    worlds: values.worlds || all,
    lists: values.lists || all,
    lab: values.lab || all,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    // Node adds how to write values that begin with a hyphen.
    throw new UsageError((error as Error).message.split(/\n|\. /)[0] ?? 'invalid options');
  }
}

/** Refuses options that would be ignored. */
function checkCombination(values: ReturnType<typeof parse>['values']): void {
  for (const [name, users] of Object.entries(detailsOf)) {
    const isUsed = values.all || users.some((user) => values[user]);
    // cast: the names of the record.
    if (values[name as keyof typeof detailsOf] !== undefined && !isUsed)
      throw new UsageError(`--${name} needs ${users.map((user) => `--${user}`).join(' or ')}`);
  }
}

function paceOf(text: string): Pace {
  return text === 'half' ? 'half' : between('paced', text, 1, maxRatePerSecond);
}

function storeOf(text: string): StoreName {
  if (text === 'sqlite' || text === 'postgres') return text;
  throw new UsageError(`--store must be sqlite or postgres, not '${text}'`);
}

function atLeast(name: string, text: string, minimum: number, whole = false): number {
  const number = numberOf(text);
  if (number >= minimum && Number.isFinite(number) && (!whole || Number.isInteger(number))) return number;
  throw new UsageError(
    `--${name} must be a ${whole ? 'whole ' : ''}number of at least ${minimum}, not '${text}'`,
  );
}

function between(name: string, text: string, minimum: number, maximum: number): number {
  const number = numberOf(text);
  if (number >= minimum && number <= maximum) return number;
  throw new UsageError(`--${name} must be a number from ${minimum} to ${maximum}, not '${text}'`);
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
