/**
 * Random operators, roles and policies: every submission needs exactly the approvals that a simple model of the policy
 * says, every approval is accepted or refused as it says, and no withdrawal is ever sent without its quorum.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approverOf } from '../../src/command/approver-of.ts';
import type { Operator } from '../../src/command/unit-of-work.ts';
import type { ApprovalRule } from '../../src/contract/approval-terms.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import type { Row } from '../../src/store/tables.ts';
import { joinTestCluster } from '../support/database.ts';
import { bigintsAsText } from '../support/declared-lookups.ts';
import { clockReading } from '../support/manual-clock.ts';
import { admit, machine, person } from '../support/people.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { openStoreWorld, type StoreWorld } from '../support/store-world.ts';
import { operator as bootstrap, decimal } from '../support/world-plan.ts';

const roles = ['approver', 'treasurer', 'administrator'] as const;
const people: readonly Operator[] = [
  person('ann', 'approver'),
  person('bob', 'approver', 'treasurer'),
  person('cid', 'treasurer'),
  person('dan', 'approver', 'administrator'),
  machine('deploy', null, 'approver', 'treasurer'),
  machine('pay', 'ann', 'approver', 'treasurer'),
  { ...bootstrap, principal: { kind: 'bootstrap', name: null, isRecovery: false } },
];
const personOf = (who: Operator) => approverOf(who).person;
/** Prices in US dollars; SKY has none. */
const prices: Readonly<Record<string, number>> = { ETH: 2500, BNB: 400 };
const assets = ['ETH', 'BNB', 'SKY'] as const;
const tagsOfAll = ['vip', 'risky'];

type Place = { readonly asset: string; readonly address: string; readonly isInternal: boolean };
const hex = (digit: string) => `0x${digit.repeat(40)}`;
const inside: Readonly<Record<string, string>> = { ETH: hex('c'), BNB: hex('c'), SKY: 'inside' };
const outside: Readonly<Record<string, readonly string[]>> = {
  ETH: [hex('a'), hex('b')],
  BNB: [hex('a'), hex('b')],
  SKY: ['far', 'farther'],
};

type Need = { needed: number; role: string | undefined; keyOperator: string; entryOperator: string };
type Known = Place & {
  readonly id: string;
  readonly who: number;
  readonly amount: number;
  stage: string;
  need: Need | undefined;
  readonly keyOperator: string;
  readonly given: Set<string>;
};

/** The rules as a person reads them in the documentation. */
class PolicyModel {
  rules: readonly ApprovalRule[] = [];
  readonly limits = new Map<string, number>();
  readonly tags = new Map<number, readonly string[]>();
  readonly book = new Map<string, { whitelisted: boolean; editor: string }>();
  readonly byEmail = new Set<number>();
  readonly withdrawals: Known[] = [];

  entryOf(who: number, { asset, address }: Place) {
    return this.book.get(`${who} ${asset} ${address}`);
  }

  /** Alice and Bob are sub-accounts of one master, whose tags count for both unless a rule makes them freer. */
  tagsOf(who: number, decision: ApprovalRule['decision']): readonly string[] {
    return decision === 'auto' ? (this.tags.get(who) ?? []) : [...this.tags.values()].flat();
  }

  needOf(who: number, place: Place, amount: number, keyOperator: string): Need | 'denied' | undefined {
    const entry = this.entryOf(who, place);
    const kind = place.isInternal ? 'internal' : entry?.whitelisted ? 'whitelisted' : 'new';
    const rule = this.rules.find(
      ({ assets: named, aboveUsd, destinations, tags, decision }) =>
        (named === undefined || named.includes(place.asset)) &&
        (aboveUsd === undefined || amount * (prices[place.asset] ?? Infinity) > Number(aboveUsd)) &&
        (destinations === undefined || destinations.includes(kind)) &&
        (tags === undefined || tags.some((tag) => this.tagsOf(who, decision).includes(tag))),
    );
    if (rule?.decision === 'deny') return 'denied';
    const makers = { keyOperator, entryOperator: entry?.editor ?? '' };
    if (rule?.decision === 'approve') return { needed: rule.approvers ?? 0, role: rule.role, ...makers };
    const isLimited = amount > (this.limits.get(place.asset) ?? Infinity);
    return isLimited ? { needed: 1, role: undefined, ...makers } : undefined;
  }

  mayApprove({ need, given, stage }: Known, who: Operator): boolean {
    if (stage !== 'awaiting-approval' || need === undefined) return false;
    const id = personOf(who);
    if (given.has(id) || id === need.keyOperator || id === need.entryOperator) return false;
    const { kind, roles: held } = approverOf(who);
    if (need.needed > 1 && kind !== 'operator') return false;
    return need.role === undefined || kind === 'bootstrap' || held.some((role) => role === need.role);
  }
}

const sentStage = ({ isInternal }: Place) => (isInternal ? 'completed' : 'queued');

class Run {
  readonly #world: StoreWorld;
  readonly #random: Random;
  readonly #model = new PolicyModel();
  readonly #accounts: readonly number[];
  sent = 0;
  refused = 0;
  denied = 0;

  constructor(world: StoreWorld, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#accounts = [world.alice, world.bob];
  }

  async prepare(): Promise<void> {
    await this.#world.run(admit, { admitted: people });
    const { commands } = this.#world;
    await commands.submit('putSettings', { operator: bootstrap, settings: { whitelistDelayHours: 0 } });
    for (const asset of assets) {
      for (const name of ['alice', 'bob']) await this.#world.credit(name, asset, '100000');
      await this.#must(
        commands.submit('assignDepositAddress', {
          operator: bootstrap,
          email: 'stranger@example.com',
          asset,
          network: asset === 'BNB' ? 'BSC' : asset,
          address: inside[asset] ?? '',
        }),
      );
    }
  }

  async step(): Promise<void> {
    const steps = [
      [1, () => this.#putPolicy()],
      [1, () => this.#putLimit()],
      [1, () => this.#putTags()],
      [1, () => this.#putEntry()],
      [1, () => this.#switchEmail()],
      [6, () => this.#submit()],
      [2, () => this.#confirm()],
      [10, () => this.#approve()],
      [1, () => this.#end('cancelWithdrawal')],
      [1, () => this.#end('rejectWithdrawal')],
      [3, () => this.#claim()],
    ] as const;
    await this.#random.pick(steps.flatMap(([weight, work]) => new Array(weight).fill(work)))();
    await this.#compare();
  }

  async #must<R extends object>(outcome: Promise<R>): Promise<Extract<R, { done: unknown }>['done']> {
    const done = await outcome;
    assert.ok('done' in done, JSON.stringify(done, bigintsAsText));
    return done.done as never;
  }

  #some<T>(items: readonly T[]): T[] | undefined {
    if (this.#random.chance(0.6)) return undefined;
    const some = items.filter(() => this.#random.chance(0.5));
    return some.length === 0 ? [this.#random.pick(items)] : some;
  }

  async #putPolicy(): Promise<void> {
    const random = this.#random;
    const rules = Array.from({ length: random.below(4) }, (_, index): ApprovalRule => {
      const decision = random.pick(['auto', 'approve', 'approve', 'approve', 'deny'] as const);
      const [assetsOf, destinations, tags] = [
        this.#some(assets),
        this.#some(['new', 'whitelisted', 'internal'] as const),
        this.#some(tagsOfAll),
      ];
      return {
        name: `rule ${index}`,
        decision,
        ...(assetsOf && { assets: assetsOf }),
        ...(destinations && { destinations }),
        ...(tags && { tags }),
        ...(random.chance(0.4) && { aboveUsd: random.pick(['0', '2500', '10000.5']) }),
        ...(decision === 'approve' && { approvers: 1 + random.below(3) }),
        ...(decision === 'approve' && random.chance(0.5) && { role: random.pick(roles) }),
      };
    });
    const put = { operator: random.pick(people), rules, changes: [] };
    await this.#must(this.#world.commands.submit('putApprovalPolicy', put));
    this.#model.rules = rules;
  }

  async #putLimit(): Promise<void> {
    const asset = this.#random.pick(assets);
    const limit = this.#random.pick([null, 2, 5]);
    const change = { autoApprovalLimit: limit === null ? null : String(limit) };
    await this.#must(this.#world.commands.submit('changeAsset', { operator: bootstrap, asset, change }));
    if (limit === null) this.#model.limits.delete(asset);
    else this.#model.limits.set(asset, limit);
  }

  async #putTags(): Promise<void> {
    const who = this.#random.below(family.length);
    const tags = tagsOfAll.filter(() => this.#random.chance(0.3));
    const put = { operator: bootstrap, email: family[who] ?? '', tags };
    await this.#must(this.#world.commands.submit('putAccountTags', put));
    this.#model.tags.set(who, tags);
  }

  #place(): Place {
    const asset = this.#random.pick(assets);
    const isInternal = this.#random.chance(0.2);
    const address = isInternal ? inside[asset] : this.#random.pick(outside[asset] ?? []);
    return { asset, address: address ?? '', isInternal };
  }

  async #putEntry(): Promise<void> {
    const who = this.#random.below(2);
    const place = this.#place();
    const editor = this.#random.pick(people);
    const whitelisted = this.#random.chance(0.7);
    const { asset, address } = place;
    const network = asset === 'BNB' ? 'BSC' : asset;
    const named = { asset, network, address, name: 'x', originType: 'others', origin: 'x' };
    const put = { operator: editor, email: emails[who] ?? '', ...named, whitelisted };
    await this.#must(this.#world.commands.submit('putAddressBookEntry', put));
    if (this.#model.entryOf(who, place)?.whitelisted === whitelisted) return;
    const id = personOf(editor);
    this.#model.book.set(`${who} ${asset} ${address}`, { whitelisted, editor: id });
  }

  async #switchEmail(): Promise<void> {
    const who = this.#random.below(2);
    const isOn = this.#random.chance(0.5);
    const withdrawConfirmation = isOn ? ('email' as const) : ('none' as const);
    const change = { operator: bootstrap, email: emails[who] ?? '', withdrawConfirmation };
    await this.#must(this.#world.commands.submit('updateAccount', change));
    if (isOn) this.#model.byEmail.add(who);
    else this.#model.byEmail.delete(who);
  }

  async #submit(): Promise<void> {
    const who = this.#random.below(2);
    const place = this.#place();
    const amount = 1 + this.#random.below(8);
    // Without one, the server itself has created the key.
    const keyOperator = this.#random.chance(0.2) ? '' : personOf(this.#random.pick(people));
    const need = this.#model.needOf(who, place, amount, keyOperator);
    const outcome = await this.#world.commands.submit('submitWithdrawal', {
      accountId: this.#accounts[who] ?? 0,
      asset: place.asset,
      address: place.address,
      amount: decimal(String(amount)),
      ...(keyOperator !== '' && { keyOperator }),
    });
    if (need === 'denied') {
      this.denied += 1;
      assert.equal('rejected' in outcome && outcome.rejected, 'withdrawal-denied');
      return;
    }
    const { id } = await this.#must(Promise.resolve(outcome));
    const first = need === undefined ? sentStage(place) : 'awaiting-approval';
    const stage = this.#model.byEmail.has(who) ? 'email-sent' : first;
    this.#model.withdrawals.push({ ...place, id, who, amount, stage, need, keyOperator, given: new Set() });
  }

  #pickIn(...stages: readonly string[]): Known | undefined {
    const found = this.#model.withdrawals.filter(({ stage }) => stages.includes(stage));
    return found.length === 0 ? undefined : this.#random.pick(found);
  }

  async #confirm(): Promise<void> {
    const found = this.#pickIn('email-sent');
    if (found === undefined) return;
    const input = { id: found.id, operator: this.#random.pick(people) };
    const outcome = await this.#world.commands.submit('confirmWithdrawal', input);
    const now = found.need ?? this.#model.needOf(found.who, found, found.amount, found.keyOperator);
    if (now === 'denied') {
      assert.equal('rejected' in outcome && outcome.rejected, 'withdrawal-denied');
      return;
    }
    await this.#must(Promise.resolve(outcome));
    found.need = now;
    found.stage = now === undefined ? sentStage(found) : 'awaiting-approval';
  }

  async #approve(): Promise<void> {
    const found = this.#pickIn('awaiting-approval') ?? this.#pickIn('email-sent', 'queued');
    if (found === undefined) return;
    const who = this.#random.pick(people);
    const isAllowed = this.#model.mayApprove(found, who);
    const outcome = await this.#world.commands.submit('approveWithdrawal', { id: found.id, operator: who });
    // The command itself must reject, not only the constraints of the store.
    const expected = isAllowed ? 'done' : 'rejected';
    assert.ok(expected in outcome, JSON.stringify([found, who, outcome], bigintsAsText));
    if (!isAllowed) {
      this.refused += 1;
      return;
    }
    found.given.add(personOf(who));
    if (found.given.size === found.need?.needed) found.stage = sentStage(found);
  }

  async #end(command: 'cancelWithdrawal' | 'rejectWithdrawal'): Promise<void> {
    const found = this.#pickIn('awaiting-approval');
    if (found === undefined) return;
    await this.#must(
      this.#world.commands.submit(command, { id: found.id, operator: this.#random.pick(people) }),
    );
    found.stage = command === 'cancelWithdrawal' ? 'cancelled' : 'rejected';
  }

  async #claim(): Promise<void> {
    const found = this.#pickIn('queued');
    if (found === undefined) return;
    const [withdrawal] = await this.#world.rows('withdrawals', { id: found.id });
    assert.ok(withdrawal);
    const transaction = { txId: `tx-${found.id}`, signedTransaction: `signed-${found.id}` };
    const result = await this.#must(
      this.#world.commands.submit('claimWithdrawal', { withdrawal, transaction }),
    );
    assert.equal(result, 'broadcast');
    found.stage = 'broadcast';
    this.sent += 1;
  }

  async #compare(): Promise<void> {
    const rows = await this.#world.rows('withdrawals');
    const approvals = await this.#world.rows('withdrawal_approvals');
    const known = new Map(this.#model.withdrawals.map((each) => [each.id, each]));
    assert.equal(rows.length, known.size);
    for (const row of rows) {
      const expected = known.get(row.id) as Known;
      assert.equal(row.stage, expected.stage, row.id);
      assertQuorum(row, expected, approvals);
    }
  }
}

/** Counts the rows themselves, whatever the model says about the approvals. */
function assertQuorum(
  row: Row<'withdrawals'>,
  { need }: Known,
  approvals: readonly Row<'withdrawal_approvals'>[],
): void {
  if (!['queued', 'waiting', 'broadcast', 'completed'].includes(row.stage)) return;
  const by = approvals.filter(({ withdrawalId }) => withdrawalId === row.id).map(({ person }) => person);
  assert.equal(new Set(by).size, need?.needed ?? 0, row.id);
  assert.ok(!by.includes(need?.keyOperator ?? '') && !by.includes(need?.entryOperator ?? ''), row.id);
}

const emails = ['alice@example.com', 'bob@example.com'];
const family = [...emails, 'master@example.com'];
const runs = { 'SQLite in memory': 12, PostgreSQL: 2 } as const;
const stepsPerRun = 120;

for (const [name, count] of Object.entries(runs)) {
  const skip = name === 'PostgreSQL' && skipWithoutPostgres;
  test(`${name}: no withdrawal is sent without the quorum of its policy`, { skip }, async (t) => {
    announceSeed(t, 'test/property/approvals.test.ts');
    const total = { sent: 0, refused: 0, denied: 0 };
    for (let run = 0; run < count; run += 1) {
      const random = createRandom(seed + run);
      const world = await openStoreWorld(name === 'PostgreSQL' ? await openPostgres() : undefined);
      try {
        const each = new Run(world, random);
        await each.prepare();
        for (let step = 0; step < stepsPerRun; step += 1) await each.step();
        total.sent += each.sent;
        total.refused += each.refused;
        total.denied += each.denied;
      } finally {
        await world.store.close();
      }
    }
    t.diagnostic(JSON.stringify(total));
    assert.ok(total.sent > 0 && total.refused > 0, JSON.stringify(total));
  });
}

let records = 0;
let nowMs = 1_700_000_000_000;

async function openPostgres() {
  const url = await (await joinTestCluster()).createMigratedDatabase();
  const randomHex = () => (++records).toString(16).padStart(20, '0');
  return PostgresStore.open({ url, clock: clockReading(() => ++nowMs), randomHex });
}
