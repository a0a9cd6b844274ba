/** Plays random steps of a world of the lab on an engine and on the model, and compares them after each step. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { CommandName } from '../../src/command/registry.ts';
import { checkIntegrity } from '../../src/query/integrity.ts';
import type { LoggedEvent } from '../../src/store/logged-events.ts';
import { type Execution, type Outcome, StoreFault } from '../../src/store/port.ts';
import type { Row } from '../../src/store/tables.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { operator } from '../support/world-plan.ts';
import { FollowedCommands } from './followed-commands.ts';
import { LabEngine, type LabLocation, nameOf } from './lab-engine.ts';
import type { LabStep, LabStepOf } from './lab-steps.ts';
import { Model } from './model.ts';
import { assertSame } from './model-check.ts';
import { addressOf, buildModelWorldOn, destinationAddress, masters, terms } from './model-world.ts';
import { openingSteps } from './opening-steps.ts';
import { planStep } from './step-plans.ts';
import type { Step } from './steps.ts';

/** The contents of a row of the event log, without numbers that stores may leave out. */
type Commit = {
  readonly at: number;
  readonly events: readonly LoggedEvent[];
  readonly transfers: readonly Omit<Row<'transfers'>, 'seq'>[];
};

/**
 * @returns what the event log has told, without what one step has both written and deleted.
 * @throws AssertionError at the first step after which the engine and the model differ.
 */
export async function playLab(
  location: LabLocation,
  steps: readonly LabStep[],
  { reached = new Map(), idSeed = 1 }: { readonly reached?: Reached; readonly idSeed?: number } = {},
): Promise<readonly Commit[]> {
  const play = new LabPlay(reached);
  await play.open(location, idSeed);
  try {
    await play.begin();
    for (const step of steps) await play.step(step);
    await play.recover();
    return play.told;
  } finally {
    await play.close();
  }
}

/** How often something happened that the steps only make possible. */
export type Reached = Map<string, number>;

class LabPlay {
  readonly #reached: Reached;
  readonly #model: Model;
  readonly #follow: FollowedCommands;
  /** What is asked for now, by input. */
  readonly #asked = new Map<unknown, (outcome: Outcome) => boolean>();
  readonly #errors: unknown[] = [];
  readonly told: Commit[] = [];
  /** The number of the last commit of `told`. */
  #toldSeq = 0;
  #ids: readonly number[] = [];
  #lab: LabEngine | undefined;

  constructor(reached: Reached) {
    this.#reached = reached;
    this.#model = new Model(terms, masters, reached as ConstructorParameters<typeof Model>[2]);
    this.#follow = new FollowedCommands(this.#model);
  }

  async open(location: LabLocation, idSeed: number): Promise<void> {
    this.#lab = await LabEngine.open({
      location,
      idSeed,
      onExecuted: (...executed) => this.#note(...executed),
      onBug: (error) => void this.#errors.push(error),
    });
    this.#ids = await buildModelWorldOn(this.#engine);
    await this.#compare();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  get #engine(): LabEngine {
    assert.ok(this.#lab !== undefined);
    return this.#lab;
  }

  #note(name: CommandName, input: unknown, outcome: Outcome): void {
    const agrees = this.#asked.get(input);
    this.#asked.delete(input);
    const does = agrees === undefined ? this.#follow.agrees(name, input, outcome) : agrees(outcome);
    assert.ok(does, `the model disagrees with ${name} ${inspect(input)}: ${inspect(outcome)}`);
    assert.notEqual('fault' in outcome && outcome.fault, 'bug', inspect(outcome));
    if (agrees === undefined && 'done' in outcome)
      this.#reached.set(name, (this.#reached.get(name) ?? 0) + 1);
  }

  /** One by one, so that every store has the same commits. */
  async begin(): Promise<void> {
    for (const step of openingSteps) await this.#ask([step]);
    await this.#compare();
  }

  async step(step: LabStep): Promise<void> {
    // What a node that is down on purpose makes impossible is not done, or done later.
    await (this.#steps[step.do] as (given: LabStep) => Promise<unknown>)(step).catch((error: unknown) => {
      if (!(error instanceof StoreFault)) throw error;
    });
    await this.#compare();
  }

  /** All nodes are up again, and nothing is held back: what is under way is completed. */
  async recover(): Promise<void> {
    await this.step({ do: 'ask', batch: [{ do: 'maintain', on: false }], lost: false });
    for (const network of networks) {
      await this.#engine.chains.switchChain(network, { node: 'up', auto: true });
      for (const { txId, direction } of (await this.#engine.chains.chainState(network)).waiting)
        if (direction === 'in')
          await this.#engine.chains.controlTransaction({ network, txId }, 'release', operator);
    }
    // Also those that are sent only now.
    for (const { id: withdrawalId } of this.#model.withdrawals)
      await this.#engine.chains.controlTransaction({ withdrawalId }, 'release', operator);
    await this.step({ do: 'advance', ms: 3_600_000 });
    const row = this.#model.withdrawals.find(({ stage }) => stage === 'queued' || stage === 'broadcast');
    assert.equal(row, undefined, 'every withdrawal that can be completed is');
  }

  readonly #steps: { readonly [K in LabStep['do']]: (step: LabStepOf<K>) => Promise<unknown> } = {
    ask: async ({ batch, lost }) => {
      await this.#ask(batch);
      if (lost) await this.#ask(batch);
    },
    receive: ({ to, asset, tx, index, units, lost }) => {
      const { network } = terms[asset]!;
      const [address, tag] =
        'account' in to ? [addressOf(to.account, asset), ''] : [destinationAddress(to), to.tag];
      const output = { network, asset, address, addressTag: lost ? 'lost' : tag };
      return this.#engine.chains.receiveDeposit(
        { ...output, txId: `in-${tx}`, outputIndex: index, amount: units, remainder: '0' },
        operator,
      );
    },
    mine: ({ network, count }) => this.#engine.chains.mineBlocks(network, count),
    reorganise: ({ network, depth, drop }) => this.#engine.chains.reorganise(network, depth, drop),
    control: (step) => this.#control(step),
    node: ({ network, node }) => this.#engine.chains.switchChain(network, { node }),
    auto: ({ network, auto }) => this.#engine.chains.switchChain(network, { auto }),
    advance: ({ ms }) => this.#engine.worldClock.advance((nowMs) => nowMs + ms),
    goOn: ({ ms }) => this.#engine.goOn(ms),
  };

  async #ask(batch: readonly Step[]): Promise<void> {
    const context = { model: this.#model, ids: this.#ids, now: () => this.#engine.clock.world.now() };
    const planned = batch.map((step) => planStep(step, context));
    const asked = planned.map(({ execution, agrees }) => {
      const { input, notAfterMs }: Execution = execution;
      // A copy of its own for each time that it is asked for.
      const sent = { ...(input as object) };
      this.#asked.set(sent, agrees);
      return this.#engine.commands.submit(nameOf(execution), sent as never, notAfterMs);
    });
    await Promise.all(asked);
  }

  async #control({ network, nth, incoming, action }: LabStepOf<'control'>): Promise<void> {
    const { waiting } = await this.#engine.chains.chainState(network);
    const received = waiting.filter(({ direction }) => direction === 'in');
    const among = incoming
      ? received.map(({ txId }) => ({ network, txId }))
      : this.#model.withdrawals.map(({ id }) => ({ withdrawalId: id }));
    const target = among.at(nth % among.length);
    if (target !== undefined) await this.#engine.chains.controlTransaction(target, action, operator);
  }

  /** Reads the event log on. */
  async #listen(): Promise<void> {
    const { reads } = this.#engine;
    const page = await reads.eventsAfter(this.#toldSeq, 10_000);
    if (page.kind === 'pruned') {
      this.#toldSeq = page.firstSeq - 1;
      return this.#listen();
    }
    for (const { seq, at, events, transfers } of page.rows) {
      const rows = await Promise.all(
        transfers.map(([first, last]) => reads.transfersAfter(first - 1, last - first + 1)),
      );
      this.told.push({ at, events, transfers: rows.flat().map(({ seq: _, ...row }) => row) });
      this.#toldSeq = seq;
    }
  }

  async #compare(): Promise<void> {
    await this.#engine.calm();
    if (this.#errors.length > 0) throw this.#errors[0];
    const { reads } = this.#engine;
    await assertLedgerBalances({ reads });
    await assertCustodyMatches({ reads });
    await assertSame({ reads }, this.#model, this.#ids);
    await this.#listen();
    const { ok, mismatches } = await checkIntegrity(reads, this.#engine.catalog());
    assert.ok(ok, JSON.stringify(mismatches));
  }
}

const networks = new Set(Object.values(terms).map(({ network }) => network));
