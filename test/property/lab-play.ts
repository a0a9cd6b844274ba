/**
 * Plays random steps in a world of the lab, in its forks, and on the model, and compares them. Each world has a model of
 * its own; a fork and a snapshot begin with a copy.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { CommandName } from '../../src/command/registry.ts';
import { checkIntegrity } from '../../src/query/integrity.ts';
import type { LoggedEvent } from '../../src/store/logged-events.ts';
import { type Execution, type Outcome, StoreFault } from '../../src/store/port.ts';
import type { Row } from '../../src/store/tables.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { operator } from '../support/world-plan.ts';
import { followExecutions, nameOf } from './executions.ts';
import { FollowedCommands } from './followed-commands.ts';
import { type Effect, LabClient, type Notes } from './lab-client.ts';
import type { LabStep, LabStepOf } from './lab-steps.ts';
import { Model } from './model.ts';
import { assertSame } from './model-check.ts';
import { addressOf, buildModelWorldOn, destinationAddress, masters, terms } from './model-world.ts';
import { openingSteps } from './opening-steps.ts';
import type { PlayedWorld } from './played-world.ts';
import { planStep } from './step-plans.ts';
import type { Step } from './steps.ts';

/** The contents of a row of the event log, without numbers that stores may leave out. */
export type Commit = {
  readonly at: number;
  readonly events: readonly LoggedEvent[];
  readonly transfers: readonly Omit<Row<'transfers'>, 'seq'>[];
};

/** Counts of events that the steps only make possible. */
export type Reached = Map<string, number>;

/** The knowledge of the model and the client about a world at a moment. */
type Known = {
  readonly model: Model;
  readonly follow: FollowedCommands;
  readonly notes: Notes;
  readonly toldSeq: number;
};

const customerCommands: ReadonlySet<CommandName> = new Set([
  'submitWithdrawal',
  'transferBetweenWallets',
  'transferOnce',
  'convertDustAssets',
]);

export class LabPlay {
  readonly world: PlayedWorld;
  readonly #reached: Reached;
  readonly #ids: readonly number[];
  readonly #snapshots = new Map<string, Known>();
  readonly #origin: Known;
  /** Commands in progress, by input: whether an outcome agrees with the model. */
  readonly #asked = new Map<unknown, (outcome: Outcome) => boolean>();
  readonly #errors: unknown[] = [];
  #effects: Effect[] = [];
  readonly told: Commit[] = [];
  /** The number of the last commit of `told`. */
  #toldSeq = 0;
  #model: Model;
  #follow: FollowedCommands;
  #client: LabClient;

  private constructor(world: PlayedWorld, reached: Reached, ids: readonly number[], known?: Known) {
    this.world = world;
    this.#reached = reached;
    this.#ids = ids;
    this.#model = new Model(terms, masters, reached as ConstructorParameters<typeof Model>[2]);
    this.#follow = new FollowedCommands(this.#model, this.#followParts);
    this.#client = new LabClient(world, () => this.#takeEffects());
    if (known !== undefined) this.#goOnWith(known);
    this.#origin = this.#known();
    this.enter();
  }

  /** In an empty world: makes the accounts of the model, with some money. */
  static async begin(world: PlayedWorld): Promise<LabPlay> {
    const ids: number[] = [];
    const play = new LabPlay(world, new Map(), ids);
    const { commands, reads } = world;
    const secretBox = { encrypt: (secret: string) => world.operators().encryptSecret(secret) };
    ids.push(...(await buildModelWorldOn({ commands, reads, secretBox } as never)));
    for (const step of openingSteps) await play.#ask([step]);
    await play.compare();
    return play;
  }

  /** Continues in a copy of the world. */
  copy(world: PlayedWorld, reached = this.#reached): LabPlay {
    return new LabPlay(world, reached, this.#ids, this.#known());
  }

  async fork(): Promise<LabPlay> {
    this.#count('fork');
    const made = this.copy(await this.world.fork());
    // The work that it does when it wakes belongs to it, not to the world that is entered next.
    await made.world.calm();
    return made;
  }

  /** From now on, the commands that this process executes belong to this world. */
  enter(): void {
    followExecutions((...executed) => {
      try {
        this.#note(...executed);
      } catch (error) {
        this.#errors.push(error);
      }
    });
  }

  get #followParts() {
    return { ids: () => this.#ids, now: () => this.world.now() };
  }

  #known(): Known {
    const model = this.#model.copy();
    return {
      model,
      follow: this.#follow.copy(model, this.#followParts),
      notes: this.#client.notes,
      toldSeq: this.#toldSeq,
    };
  }

  #goOnWith({ model, follow, notes, toldSeq }: Known): void {
    this.#model = model.copy();
    this.#follow = follow.copy(this.#model, this.#followParts);
    this.#client = new LabClient(this.world, () => this.#takeEffects(), notes);
    this.#toldSeq = toldSeq;
  }

  #takeEffects(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #note(name: CommandName, input: unknown, outcome: Outcome): void {
    if (customerCommands.has(name)) this.#effects.push({ name, outcome });
    const agrees = this.#asked.get(input);
    this.#asked.delete(input);
    const does = agrees === undefined ? this.#follow.agrees(name, input, outcome) : agrees(outcome);
    assert.ok(does, `the model disagrees with ${name} ${inspect(input)}: ${inspect(outcome)}`);
    assert.notEqual('fault' in outcome && outcome.fault, 'bug', inspect(outcome));
    if (agrees === undefined && 'done' in outcome) this.#count(name);
  }

  #count(what: string): void {
    this.#reached.set(what, (this.#reached.get(what) ?? 0) + 1);
  }

  async step(step: Exclude<LabStep, LabStepOf<'fork' | 'enter'>>): Promise<void> {
    // Steps that a failing node makes impossible are not done, or done later.
    await (this.#steps[step.do] as (given: LabStep) => Promise<unknown>)(step).catch((error: unknown) => {
      if (!(error instanceof StoreFault)) throw error;
    });
    await this.world.calm();
    if (this.#errors.length > 0) throw this.#errors[0];
    await this.#listen();
  }

  /** All nodes are up again, and nothing is held back: withdrawals and deposits under way are completed. */
  async recover(): Promise<void> {
    const { chains } = this.world;
    const { effects } = this.world.lab();
    this.world.lab().deleteRules();
    for (const { id } of await effects.list()) await effects.end(id);
    await this.step({ do: 'ask', batch: [{ do: 'maintain', on: false }], lost: false });
    for (const network of networks) {
      await chains.switchChain(network, { node: 'up', auto: true });
      for (const { txId, direction } of (await chains.chainState(network)).waiting)
        if (direction === 'in') await chains.controlTransaction({ network, txId }, 'release', operator);
    }
    // Releases also those that are sent only now.
    for (const { id: withdrawalId } of this.#model.withdrawals)
      await chains.controlTransaction({ withdrawalId }, 'release', operator);
    await this.step({ do: 'advance', ms: 3_600_000 });
    const row = this.#model.withdrawals.find(({ stage }) => stage === 'queued' || stage === 'broadcast');
    assert.equal(row, undefined, 'every withdrawal that can be completed is');
    await this.compare();
    await this.#assertPaidOnce();
    await this.#client.assertOrders(this.#ids);
  }

  async #assertPaidOnce(): Promise<void> {
    const sent = Map.groupBy(await this.world.sent(), ({ withdrawalId }) => withdrawalId);
    for (const [id, transactions] of sent) {
      const paid = transactions.filter(({ isConfirmed }) => isConfirmed).length;
      assert.ok(paid <= 1, `${id} is paid ${paid} times`);
      const stage = this.#model.withdrawals.find((row) => row.id === id)?.stage;
      assert.equal(stage, 'completed', `${id} is on the chain`);
      assert.equal(paid, 1, `${id} is completed and not in a block`);
    }
  }

  readonly #steps: {
    readonly [K in Exclude<LabStep['do'], 'fork' | 'enter'>]: (step: LabStepOf<K>) => Promise<unknown>;
  } = {
    ask: async ({ batch, lost }) => {
      await this.#ask(batch);
      if (lost) await this.#ask(batch);
    },
    request: async ({ request }) => {
      await this.#client.ask(request);
      this.#count(`request ${request.what.kind}${request.fault === undefined ? '' : ' with a fault'}`);
    },
    receive: ({ to, asset, tx, index, units, lost }) => {
      const { network } = terms[asset]!;
      const [address, tag] =
        'account' in to ? [addressOf(to.account, asset), ''] : [destinationAddress(to), to.tag];
      const output = { network, asset, address, addressTag: lost ? 'lost' : tag };
      return this.world.chains.receiveDeposit(
        { ...output, txId: `in-${tx}`, outputIndex: index, amount: units, remainder: '0' },
        operator,
      );
    },
    mine: ({ network, count }) => this.world.chains.mineBlocks(network, count),
    reorganise: ({ network, depth, drop }) => this.world.chains.reorganise(network, depth, drop),
    control: (step) => this.#control(step),
    node: ({ network, node }) => this.world.chains.switchChain(network, { node }),
    auto: ({ network, auto }) => this.world.chains.switchChain(network, { auto }),
    advance: ({ ms }) => this.world.lab().clock.advance((nowMs) => nowMs + ms),
    goOn: async ({ ms }) => {
      await this.world.lab().clock.resume();
      this.world.machine.nowMs += ms;
      await this.world.lab().clock.freeze();
    },
    snapshot: async () => {
      const known = this.#known();
      this.#snapshots.set(await this.world.snapshot(), known);
      this.#count('snapshot');
    },
    restore: async ({ nth }) => {
      const among = [...this.#snapshots];
      const chosen = among.at(nth % Math.max(among.length, 1));
      if (chosen === undefined) return;
      await this.#return(() => this.world.restore(chosen[0]), chosen[1]);
      this.#count('restore');
    },
    reset: async () => {
      await this.#return(() => this.world.reset(), this.#origin);
      this.#count('reset');
    },
    sleep: () => this.world.sleep(),
  };

  async #return(restore: () => Promise<void>, known: Known): Promise<void> {
    this.#goOnWith(known);
    await restore();
    await this.compare();
  }

  async #ask(batch: readonly Step[]): Promise<void> {
    const context = { model: this.#model, ids: this.#ids, now: () => this.world.now() };
    const planned = batch.map((step) => planStep(step, context));
    const asked = planned.map(({ execution, agrees }) => {
      const { input, notAfterMs }: Execution = execution;
      // Each submission has a copy of its own.
      const sent = { ...(input as object) };
      this.#asked.set(sent, agrees);
      return this.world.commands.submit(nameOf(execution), sent as never, notAfterMs);
    });
    await Promise.all(asked);
  }

  async #control({ network, nth, incoming, action }: LabStepOf<'control'>): Promise<void> {
    const { chains } = this.world;
    const { waiting } = await chains.chainState(network);
    const received = waiting.filter(({ direction }) => direction === 'in');
    const among = incoming
      ? received.map(({ txId }) => ({ network, txId }))
      : this.#model.withdrawals.map(({ id }) => ({ withdrawalId: id }));
    const target = among.at(nth % among.length);
    if (target !== undefined) await chains.controlTransaction(target, action, operator);
  }

  /** Reads the new rows of the event log. */
  async #listen(): Promise<void> {
    const { reads } = this.world;
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

  async compare(): Promise<void> {
    await this.world.calm();
    if (this.#errors.length > 0) throw this.#errors[0];
    const { reads } = this.world;
    await assertLedgerBalances({ reads });
    await assertCustodyMatches({ reads });
    await assertSame({ reads }, this.#model, this.#ids);
    await this.#listen();
    const { ok, mismatches } = await checkIntegrity(reads, this.world.catalog());
    assert.ok(ok, JSON.stringify(mismatches));
  }
}

const networks = new Set(Object.values(terms).map(({ network }) => network));
