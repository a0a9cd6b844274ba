/** The rehearsal lab of one process: breaks requests on purpose, and keeps account of it. Its state is in memory. */

import { pause } from '../clock/clock.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
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
import { LoggedRequest } from './logged-request.ts';
import { showsHistory } from './operations.ts';
import type { LabParts } from './parts.ts';
import { type Fired, Rejections } from './rejections.ts';
import { RequestLog } from './request-log.ts';
import { RuleBook, type RuleState } from './rule-book.ts';
import { type RuleInput, readRule } from './rule-grammar.ts';
import type { SavedFaults } from './saved-faults.ts';
import { Triggers } from './triggers.ts';
import { reportVerdict, type VerdictReport } from './verdict/report.ts';
import type { IncidentFilter } from './verdict/verdict.ts';
import { type Submission, submissionOf } from './withdrawal-of.ts';
import type { WorldClock } from './world-clock.ts';

const maxRules = 1000;

export class Lab implements LabPort {
  readonly rules: RuleBook;
  readonly firings: FiringLog;
  readonly requests = new RequestLog();
  readonly effects: Effects;
  readonly clock: WorldClock;
  readonly #parts: LabParts;
  readonly #triggers: Triggers;
  readonly #rejections: Rejections;
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

  /** The faults with which a copy of its world begins. Rate limits and bans of the lab are not copied. */
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

  /** When effects, rate limits and bans of the lab end, in world time. They are kept in memory only. */
  ends(): readonly DoneWork[] {
    return [...this.effects.ends(), ...this.#rejections.ends()];
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
    context.labNote = new LoggedRequest(this.#lastRequest, context);
  }

  beforeHandler(
    context: RequestContext,
  ): CustomerRejection | undefined | Promise<CustomerRejection | undefined> {
    const rejection = this.#faultBefore(context);
    if (isRejection(rejection)) requestOf(context).isRejectedByLab = true;
    return rejection;
  }

  #faultBefore(
    context: RequestContext,
  ): CustomerRejection | undefined | Promise<CustomerRejection | undefined> {
    const rejected = this.#rejections.take(context);
    if (rejected !== undefined) {
      requestOf(context).fired = rejected.fired;
      return rejected.rejection;
    }
    const asked = this.#triggers.take(context);
    if (isRejection(asked)) return asked;
    const armed = asked ?? this.rules.take(context);
    if (armed === undefined) return undefined;
    const request = requestOf(context);
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
    request.noteDelay(context, this.#parts.catalog);
    this.requests.delay(request);
    return pause(this.#parts.clock.monotonic, ms, { signal }).then(() => undefined);
  }

  afterHandler(context: RequestContext, reply: object): object | Promise<object> {
    const handled = submissionOf(context.operation, reply, this.#parts.reads);
    return handled instanceof Promise
      ? handled.then((late) => this.#noteHandled(context, reply, late))
      : this.#noteHandled(context, reply, handled);
  }

  #noteHandled(context: RequestContext, reply: object, handled: Submission): object | Promise<object> {
    const request = requestOf(context);
    request.handled = handled;
    const { armed, fired } = request;
    if (armed === undefined && fired === undefined) return reply;
    // The reply of an operation that was not carried out.
    if (!handled.submitted) return reply;
    const outcome = { done: true, withdrawalId: handled.withdrawalId };
    if (fired !== undefined) this.firings.amend(fired.firing, outcome);
    if (armed === undefined) return reply;
    request.armed = undefined;
    // The work is done and the client must learn it, even if an effect cannot begin.
    return this.#beginEffects(this.#fire(context, request, armed, outcome))
      .catch(ignoreStoreFault)
      .then(() => reply);
  }

  finished(context: RequestContext, result: string | CustomerRejection, reply: RawReply): RawReply {
    const request = requestOf(context);
    request.armed?.giveBack();
    const sent = request.fired === undefined ? reply : this.#endOf(context, reply, request, request.fired);
    const { clock, catalog, onAnswered } = this.#parts;
    request.noteAnswer(
      context,
      { lastNumber: this.#lastRequest, atMs: clock.wire.now(), result, status: sent.status },
      catalog,
      this.requests.hitWithdrawals,
    );
    this.requests.add(request);
    onAnswered(request);
    return sent;
  }

  #endOf(context: RequestContext, reply: RawReply, request: LoggedRequest, fired: Fired): RawReply {
    const { fault, draw } = fired.armed;
    const onAbandoned = () => {
      request.isAbandoned = true;
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

  #fire(
    { operation, key }: RequestContext,
    request: LoggedRequest,
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

function requestOf({ labNote }: RequestContext): LoggedRequest {
  if (!(labNote instanceof LoggedRequest)) throw new Error('the lab has not seen this request');
  return labNote;
}
