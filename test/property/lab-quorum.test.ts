/**
 * Worlds in which operators change the approval policy, approve and reject at random, while worlds are forked, restored,
 * reset and put to sleep and chains are reorganised: no withdrawal is ever on a chain without the approvals that the
 * policy of its submission asks for, given in the history of that world by people who did not make it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import type { Operator } from '../../src/command/unit-of-work.ts';
import type { OperatorRole } from '../../src/contract/operator-permissions.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { buildWorld } from '../support/world.ts';
import { asset, operator as bootstrap, decimal, network, worldPlan } from '../support/world-plan.ts';
import { admitStaff, done, personOf } from './quorum-staff.ts';
import { type RegistryWorld, RegistryWorlds } from './registry-world.ts';

const roles = ['approver', 'treasurer'] as const;
const outside = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const plan = worldPlan({
  assets: [[asset('ETH', [network('ETH', 'evm', { minConfirm: 1, unlockConfirm: 2 })]), '2500']],
  accounts: { alice: { balances: ['ETH 1000000'] } },
});

type Withdrawal = {
  readonly needed: number;
  readonly role: OperatorRole | undefined;
  readonly maker: string;
  readonly given: ReadonlySet<string>;
  readonly isRejected: boolean;
};

/** The events in a world so far; copied, never changed. */
type Known = {
  readonly rule: Pick<Withdrawal, 'needed' | 'role'>;
  readonly withdrawals: ReadonlyMap<string, Withdrawal>;
};

type Played = {
  readonly world: RegistryWorld;
  readonly origin: Known;
  readonly snapshots: Map<string, Known>;
  known: Known;
};

let all: RegistryWorlds;
let first: RegistryWorld;
let snapshot: string;
let accountId: number;
let people: readonly Operator[];

before(async () => {
  all = new RegistryWorlds();
  first = await all.create('quorum');
  const { commands, reads } = first;
  const secretBox = { encrypt: (secret: string) => first.operators().encryptSecret(secret) };
  ({ accountId } = (await buildWorld({ commands, reads, secretBox } as never, plan)).alice);
  people = await admitStaff(first);
  snapshot = await first.snapshot();
});
after(() => all.close());

const isWaiting = ({ needed, given, isRejected }: Withdrawal) => given.size < needed && !isRejected;

/** Whether this person can be one of those who approve it. */
function mayApprove(withdrawal: Withdrawal, who: Operator): boolean {
  const { needed, role, maker, given } = withdrawal;
  const person = personOf(who);
  if (!isWaiting(withdrawal) || given.has(person) || person === maker) return false;
  // The bootstrap token is nobody in particular.
  if (who.principal?.kind !== 'operator') return needed === 1;
  return role === undefined || who.principal.roles.includes(role);
}

class Run {
  readonly #random: Random;
  readonly #worlds: Played[] = [];
  #played: Played;
  readonly reached = new Map<string, number>();

  private constructor(random: Random, played: Played) {
    this.#random = random;
    this.#worlds.push(played);
    this.#played = played;
  }

  static async begin(number: number): Promise<Run> {
    const origin = { rule: { needed: 0, role: undefined }, withdrawals: new Map() };
    const world = await all.copy(first, snapshot, number);
    const run = new Run(createRandom(number), { world, origin, snapshots: new Map(), known: origin });
    await run.#putPolicy();
    return run;
  }

  async close(): Promise<void> {
    for (const { world } of this.#worlds) await world.close();
  }

  readonly #steps: readonly (readonly [weight: number, work: () => Promise<unknown>])[] = [
    [3, () => this.#putPolicy()],
    [6, () => this.#submit()],
    [20, () => this.#approve()],
    [1, () => this.#reject()],
    [3, () => this.#world.chains.mineBlocks('ETH', 1 + this.#random.below(3))],
    [2, () => this.#reorganise()],
    [2, () => this.#advance(60_000)],
    [2, () => this.#snapshot()],
    [2, () => this.#restore()],
    [1, () => this.#reset()],
    [1, () => this.#world.sleep()],
    [1, () => this.#fork()],
    [1, () => this.#enter()],
  ];

  get #world(): RegistryWorld {
    return this.#played.world;
  }

  async step(): Promise<void> {
    const among = this.#steps.flatMap(([weight, work]) => new Array<typeof work>(weight).fill(work));
    await this.#random.pick(among)();
    await this.check();
  }

  /** Everything that can be sent is sent. */
  async finish(): Promise<void> {
    for (this.#played of this.#worlds) {
      await this.#advance(3_600_000);
      await this.check();
    }
  }

  async check(): Promise<void> {
    await this.#world.calm();
    const { withdrawals } = this.#played.known;
    for (const { withdrawalId } of await this.#world.sent()) {
      const { needed, maker, given } =
        withdrawals.get(withdrawalId) ?? assert.fail(`${withdrawalId} is unknown`);
      assert.equal(given.size, needed, `${withdrawalId} is sent with ${given.size} of ${needed} approvals`);
      assert.ok(!given.has(maker), `${withdrawalId} is approved by its maker`);
      this.#count(`sent with ${needed}`);
    }
    for (const { id, stage } of await this.#world.reads.rows('withdrawals', { accountId })) {
      const { needed, given } = withdrawals.get(id) ?? assert.fail(`${id} is unknown`);
      if (given.size < needed) assert.match(stage, /^(awaiting-approval|rejected)$/, id);
    }
  }

  #count(what: string): void {
    this.reached.set(what, (this.reached.get(what) ?? 0) + 1);
  }

  #note(id: string, withdrawal: Withdrawal): void {
    const { rule, withdrawals } = this.#played.known;
    this.#played.known = { rule, withdrawals: new Map([...withdrawals, [id, withdrawal]]) };
  }

  #pick(): readonly [string, Withdrawal] | undefined {
    const among = [...this.#played.known.withdrawals];
    const waiting = among.filter(([, withdrawal]) => isWaiting(withdrawal));
    // Seldom one that no longer waits.
    const chosen = this.#random.chance(0.9) ? waiting : among;
    return chosen.length === 0 ? undefined : this.#random.pick(chosen);
  }

  async #putPolicy(): Promise<void> {
    const needed = this.#random.below(4);
    const role = this.#random.chance(0.5) ? this.#random.pick(roles) : undefined;
    const approve = { name: 'all', decision: 'approve', approvers: needed, ...(role && { role }) } as const;
    const rules = needed === 0 ? [] : [approve];
    const put = { operator: this.#random.pick(people), rules, changes: [] };
    await done(this.#world.commands.submit('putApprovalPolicy', put));
    const { withdrawals } = this.#played.known;
    this.#played.known = { rule: { needed, role: needed === 0 ? undefined : role }, withdrawals };
  }

  async #submit(): Promise<void> {
    const maker = this.#random.chance(0.5) ? personOf(this.#random.pick(people)) : '';
    const input = { accountId, asset: 'ETH', address: outside, amount: decimal('1') };
    const { id } = await done(
      this.#world.commands.submit('submitWithdrawal', {
        ...input,
        ...(maker !== '' && { keyOperator: maker }),
      }),
    );
    this.#note(id, { ...this.#played.known.rule, maker, given: new Set(), isRejected: false });
  }

  async #approve(): Promise<void> {
    const picked = this.#pick();
    if (picked === undefined) return;
    const [id, withdrawal] = picked;
    const who = this.#random.pick([...people, bootstrap]);
    const outcome = await this.#world.commands.submit('approveWithdrawal', { id, operator: who });
    const isApproved = 'done' in outcome;
    assert.equal(isApproved, mayApprove(withdrawal, who), `${id} by ${personOf(who)}: ${inspect(outcome)}`);
    this.#count(isApproved ? 'approved' : 'refused');
    if (isApproved) this.#note(id, { ...withdrawal, given: new Set([...withdrawal.given, personOf(who)]) });
  }

  async #reject(): Promise<void> {
    const picked = this.#pick();
    if (picked === undefined) return;
    const [id, withdrawal] = picked;
    const rejection = { id, operator: this.#random.pick(people) };
    const outcome = await this.#world.commands.submit('rejectWithdrawal', rejection);
    if ('done' in outcome) this.#note(id, { ...withdrawal, isRejected: true });
  }

  async #reorganise(): Promise<void> {
    const drop = this.#random.pick(['none', 'incoming', 'all'] as const);
    await this.#world.chains.reorganise('ETH', 1 + this.#random.below(4), drop);
    this.#count('reorganise');
  }

  async #advance(ms: number): Promise<void> {
    await this.#world.lab().clock.advance((nowMs) => nowMs + ms);
  }

  async #snapshot(): Promise<void> {
    const { known, snapshots } = this.#played;
    snapshots.set(await this.#world.snapshot(), known);
  }

  async #restore(): Promise<void> {
    const { snapshots } = this.#played;
    if (snapshots.size === 0) return;
    const [id, known] = this.#random.pick([...snapshots]);
    await this.#world.restore(id);
    this.#played.known = known;
    this.#count('restore');
  }

  async #reset(): Promise<void> {
    await this.#world.reset();
    this.#played.known = this.#played.origin;
    this.#count('reset');
  }

  async #fork(): Promise<void> {
    if (this.#worlds.length === 3) return;
    const { known } = this.#played;
    const world = await this.#world.fork();
    this.#worlds.push({ world, origin: known, snapshots: new Map(), known });
    this.#count('fork');
  }

  async #enter(): Promise<void> {
    this.#played = this.#random.pick(this.#worlds);
  }
}

const runs = 30;
const stepsPerRun = 60;

test('no withdrawal is ever on a chain without its quorum', async (t) => {
  announceSeed(t, 'test/property/lab-quorum.test.ts');
  const reached = new Map<string, number>();
  for (let number = 0; number < runs; number += 1) {
    const run = await Run.begin(seed + number);
    try {
      for (let step = 0; step < stepsPerRun; step += 1) await run.step();
      await run.finish();
    } finally {
      await run.close();
    }
    for (const [what, times] of run.reached) reached.set(what, (reached.get(what) ?? 0) + times);
  }
  t.diagnostic(JSON.stringify([...reached].sort()));
  for (const what of [
    'sent with 0',
    'sent with 1',
    'sent with 2',
    'refused',
    'restore',
    'fork',
    'reorganise',
  ])
    assert.ok(reached.has(what), what);
});
