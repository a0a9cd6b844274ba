/** The rehearsal lab of one process: breaks requests on purpose, and keeps account of it. Its state is in memory. */

import { pause } from '../clock/clock.ts';
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { isRejection, reject } from '../contract/errors.ts';
import type { LabPort } from '../customer/lab-port.ts';
import type { RequestContext } from '../customer/request-context.ts';
import type { RawReply } from '../http/http-message.ts';
import type { Reads } from '../store/reads.ts';
import type { ArmedFault } from './armed-fault.ts';
import { Effects, ignoreStoreFault } from './effects/effects.ts';
import { applyEnding, delayOf } from './endings.ts';
import { type ExplainedRequest, explainRequests, type RequestFilter } from './explain.ts';
import type { Firing } from './firing.ts';
import { FiringLog } from './firing-log.ts';
import { RuleProblem } from './grammar.ts';
import { showsHistory } from './operations.ts';
import type { LabParts } from './parts.ts';
import { type Fired, Rejections } from './rejections.ts';
import { type Delivery, RequestLog } from './request-log.ts';
import { recordOf } from './request-record.ts';
import { RuleBook, type RuleState } from './rule-book.ts';
import { type RuleInput, readRule } from './rule-grammar.ts';
import type { SavedFaults } from './saved-faults.ts';
import { Triggers } from './triggers.ts';
import { reportVerdict, type VerdictReport } from './verdict/report.ts';
import type { IncidentFilter } from './verdict/verdict.ts';
import { type Submission, submissionOf } from './withdrawal-of.ts';
import type { WorldClock } from './world-clock.ts';

const maxRules = 1000;

type LabRequest = {
  /** Counts the requests of this process, from 1. */
  readonly number: number;
  /** The fault that has not fired yet. */
  armed?: ArmedFault | undefined;
  fired?: Fired;
  /** Whether the lab rejects it instead of its handler. */
  isRejected?: boolean;
  /** What its handler has submitted; absent: it has not succeeded. */
  handled?: Submission;
};

export class Lab implements LabPort {
  readonly rules: RuleBook;
  readonly firings: FiringLog;
  readonly requests = new RequestLog();
  readonly effects: Effects;
  readonly clock: WorldClock;
  readonly #parts: LabParts;
  readonly #triggers: Triggers;
  readonly #rejections: Rejections;
  readonly #requests = new WeakMap<RequestContext, LabRequest>();
  readonly #stopping = new AbortController();
  #lastRequest = 0;

  /** @param saved the faults that it begins with */
  constructor(parts: LabParts, saved?: SavedFaults) {
    this.#parts = parts;
    this.#triggers = new Triggers(saved?.triggers);
    this.clock = parts.worldClock;
    this.rules = new RuleBook(parts.catalog);
    this.#rejections = new Rejections(parts.weightPerMinute);
    this.firings = new FiringLog(parts.onFiring);
    this.effects = new Effects({ ...parts, world: parts.clock.world });
    if (saved === undefined) return;
    this.rules.restore(saved.rules);
    this.effects.restore(saved.effects);
  }

  /** What a copy of its world begins with. Rate limits and bans of the lab are not copied. */
  save(): SavedFaults {
    return { rules: this.rules.save(), effects: this.effects.save(), triggers: this.#triggers.save() };
  }

  addRule(input: RuleInput): RuleState | { readonly problem: string } {
    const rule = readRule(input, this.#parts.randomSeed);
    if (rule instanceof RuleProblem) return { problem: rule.message };
    return this.rules.size >= maxRules
      ? { problem: `body: there are ${maxRules} rules, which is the maximum; delete one first` }
      : this.rules.add(rule);
  }

  /** @returns whether there was one. */
  deleteRule(id: string): boolean {
    this.firings.forget(id);
    this.#rejections.end((source) => source === id);
    return this.rules.delete(id);
  }

  /** @returns how many there were. Also ends all rate limits and bans of the lab. */
  deleteRules(): number {
    const rules = this.rules.list();
    for (const { id } of rules) this.deleteRule(id);
    this.#rejections.end(() => true);
    return rules.length;
  }

  /** Ends every wait before the work of a request, so that the server can stop. */
  stop(): void {
    this.#stopping.abort();
  }

  explain(filter: RequestFilter): Promise<readonly ExplainedRequest[]> {
    return explainRequests(this.requests.all(), filter, this.#parts);
  }

  verdict(filter: IncidentFilter): Promise<VerdictReport> {
    return reportVerdict(this.requests, filter, this.#parts);
  }

  received(context: RequestContext): void {
    this.#lastRequest += 1;
    this.#requests.set(context, { number: this.#lastRequest });
  }

  beforeHandler(
    context: RequestContext,
  ): CustomerRejection | undefined | Promise<CustomerRejection | undefined> {
    const rejection = this.#faultBefore(context);
    this.#of(context).isRejected = isRejection(rejection);
    return rejection;
  }

  #faultBefore(
    context: RequestContext,
  ): CustomerRejection | undefined | Promise<CustomerRejection | undefined> {
    const rejected = this.#rejections.take(context);
    if (rejected !== undefined) {
      this.#of(context).fired = rejected.fired;
      return rejected.rejection;
    }
    const asked = this.#triggers.take(context);
    if (isRejection(asked)) return asked;
    const armed = asked ?? this.rules.take(context);
    if (armed === undefined) return undefined;
    const request = this.#of(context);
    if (armed.fault.position === 'after') {
      request.armed = armed;
      return undefined;
    }
    const fired = this.#fire(context, request, armed, { done: false, withdrawalId: null });
    const { ending } = armed.fault;
    if (ending.kind === 'normal') return this.#beginEffects(fired).then(() => undefined);
    if (ending.kind === 'rejections') return this.#rejections.begin(context, ending, fired);
    if (ending.kind !== 'delay') return reject('outcome-unknown');
    const { signal } = this.#stopping;
    const ms = delayOf(ending, armed.draw);
    return pause(this.#parts.clock.monotonic, ms, { signal }).then(() => undefined);
  }

  async afterHandler(context: RequestContext, reply: object): Promise<object> {
    const request = this.#of(context);
    const handled = await submissionOf(context.operation, reply, this.#parts.reads);
    request.handled = handled;
    const { armed, fired } = request;
    if (armed === undefined && fired === undefined) return reply;
    // The reply of an operation that was not carried out.
    if (!handled.submitted) return reply;
    const outcome = { done: true, withdrawalId: handled.withdrawalId };
    if (fired !== undefined) this.firings.amend(fired.firing, outcome);
    request.armed = undefined;
    if (armed === undefined) return reply;
    // The work is done and the client must learn it, even if an effect cannot begin.
    await this.#beginEffects(this.#fire(context, request, armed, outcome)).catch(ignoreStoreFault);
    return reply;
  }

  finished(context: RequestContext, result: string | CustomerRejection, reply: RawReply): RawReply {
    this.#of(context).armed?.giveBack();
    const delivery = { isAbandoned: false };
    const sent = this.#endOf(context, reply, delivery);
    this.#record(context, result, sent, delivery);
    return sent;
  }

  #record(
    context: RequestContext,
    result: string | CustomerRejection,
    reply: RawReply,
    delivery: Delivery,
  ): void {
    const { number, fired, isRejected, handled } = this.#of(context);
    const { clock, catalog, onAnswered } = this.#parts;
    const request = recordOf(
      {
        number,
        answeredAfter: this.#lastRequest,
        context,
        result,
        reply,
        fired,
        rejectedByLab: isRejected === true,
        handled,
        answeredAt: clock.wire.now(),
        delivery,
      },
      catalog,
      this.requests.hitWithdrawals,
    );
    this.requests.add(request);
    onAnswered(request);
  }

  #endOf(context: RequestContext, reply: RawReply, delivery: Delivery): RawReply {
    const { fired } = this.#of(context);
    if (fired === undefined) return reply;
    const { fault, draw } = fired.armed;
    const onAbandoned = () => {
      delivery.isAbandoned = true;
    };
    // The wait is over, but the client may have left meanwhile.
    if (fault.position === 'before' && fault.ending.kind === 'delay')
      return { ...reply, ending: { kind: 'delay', ms: 0, onAbandoned } };
    const { path, nowMs, route } = context;
    const place = { dialect: route.dialect, path, nowMs };
    const ended = applyEnding(reply, fault.ending, place, draw, fired.firing.withdrawalId);
    return ended.ending?.kind === 'delay' ? { ...ended, ending: { ...ended.ending, onAbandoned } } : ended;
  }

  readsOf({ operation }: RequestContext, reads: Reads): Reads {
    return showsHistory(operation) ? this.effects.readsOf(reads) : reads;
  }

  async #beginEffects({ armed: { fault }, firing }: Fired): Promise<void> {
    await this.effects.begin(fault.effects, { firingId: firing.id, ...firing });
  }

  #of(context: RequestContext): LabRequest {
    const known = this.#requests.get(context);
    if (known === undefined) throw new Error('the lab has not seen this request');
    return known;
  }

  #fire(
    { operation, key }: RequestContext,
    request: LabRequest,
    armed: ArmedFault,
    outcome: Pick<Firing, 'done' | 'withdrawalId'>,
  ): Fired {
    const firing = this.firings.record({
      ruleId: armed.source,
      preset: armed.preset,
      at: this.#parts.clock.world.now(),
      requestNumber: request.number,
      operation: operation.id,
      apiKey: key?.apiKey ?? null,
      accountId: key?.account.id ?? null,
      ...outcome,
    });
    const fired = { armed, firing };
    request.fired = fired;
    return fired;
  }
}
