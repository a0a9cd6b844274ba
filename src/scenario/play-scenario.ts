/**
 * Sets up a world as a scenario says, and plays its timeline on the clock of the lab. All it needs is both APIs of the
 * exchange, so it works for the exchange of a server as for any world in it.
 */
import { messageOf } from '../boundary/caught.ts';
import { createApiKey } from '../contract/operator/api-keys.ts';
import { createDeposit } from '../contract/operator/deposits.ts';
import { advanceLabClock, freezeLabClock, resumeLabClock } from '../contract/operator/lab/clock.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { capitalDepositAddress } from '../contract/sapi/capital/deposit-address.ts';
import { planSetup, type SetupStep } from './plan.ts';
import { resolve } from './references.ts';
import { type Scenario, ScenarioProblem, type ScenarioStep, type Values } from './scenario.ts';
import type { Answer, ScenarioApi, ScenarioKey } from './scenario-api.ts';

/** The event at one place of the scenario. */
export type ScenarioEvent = {
  /** World time in ms. */
  readonly at: number;
  /** For example `accounts[0]` or `timeline[2]`. */
  readonly place: string;
  /** The id of an operation, or `deposit`. */
  readonly operation: string;
  /** The HTTP status; null: there was no reply. */
  readonly status: number | null;
  readonly reply: unknown;
};

export type PlayedScenario = {
  readonly name: string | null;
  /** World time in ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The keys of its accounts, in the order of the accounts. */
  readonly keys: readonly ScenarioKey[];
  /** The events of the timeline. */
  readonly events: readonly ScenarioEvent[];
};

/**
 * @throws ScenarioProblem if the exchange rejects a request of an operator. A request of a customer may fail: that is
 * an event like any other.
 */
export async function playScenario(scenario: Scenario, api: ScenarioApi): Promise<PlayedScenario> {
  const player = new Player(api);
  await player.operator('clock', freezeLabClock, {});
  if (scenario.startsAt !== null) await player.advance('time', { to: scenario.startsAt });
  for (const step of planSetup(scenario)) await player.setUp(step);
  const startedAt = await player.advance('clock', { by: 0 });
  const events: ScenarioEvent[] = [];
  let now = startedAt;
  for (const [index, step] of scenario.timeline.entries()) {
    const place = `timeline[${index}]`;
    if (startedAt + step.atMs > now) now = await player.advance(place, { to: startedAt + step.atMs });
    const answer = await player.act(step, place);
    events.push({ at: now, place, operation: nameOfAction(step), ...answer });
    // The consequences of a step are carried out before the next one.
    now = await player.advance(place, { by: 0 });
  }
  if (!scenario.endsFrozen) await player.operator('clock', resumeLabClock, {});
  // cast: every account got one.
  const keys = scenario.accounts.map(({ email }) => player.keys.get(email) as ScenarioKey);
  return { name: scenario.name, startedAt, endedAt: now, keys, events };
}

const nameOfAction = ({ action }: ScenarioStep) =>
  action.kind === 'deposit' ? 'deposit' : action.operation.id;

class Player {
  readonly #api: ScenarioApi;
  /** By e-mail as the scenario has it. */
  readonly keys = new Map<string, ScenarioKey>();
  /** The replies of the steps with names. */
  readonly #replies = new Map<string, unknown>();

  constructor(api: ScenarioApi) {
    this.#api = api;
  }

  /** @throws ScenarioProblem unless it succeeds. */
  async operator(place: string, operation: OperatorOperation, values: Values): Promise<Answer> {
    return succeeded(place, operation, await this.#api.operator(operation, values));
  }

  /** @returns the time of the world. */
  async advance(place: string, target: Values): Promise<number> {
    const { reply } = await this.operator(place, advanceLabClock, target);
    // cast: the contract says so.
    return (reply as { readonly now: number }).now;
  }

  async setUp({ at, operation, values, orElse }: SetupStep): Promise<void> {
    if (operation === createApiKey) return void (await this.#keyOf(String(values.email), at));
    const answer = await this.#api.operator(operation, values);
    if (answer.status === 404 && orElse !== undefined) await this.operator(at, orElse, values);
    else succeeded(at, operation, answer);
  }

  async act({ action, name }: ScenarioStep, place: string): Promise<Answer> {
    const values = this.#resolve(action.values, `${place}.with`);
    const answer =
      action.kind === 'customer'
        ? await this.#api.customer(
            await this.#keyOf(action.as, `${place}.as`),
            action.operation,
            values,
            action.timeoutMs,
          )
        : action.kind === 'deposit'
          ? await this.#deposit(values, place)
          : await this.operator(place, action.operation, values);
    if (name !== undefined) this.#replies.set(name, answer.reply);
    return answer;
  }

  #resolve(values: Values, place: string): Values {
    try {
      return resolve(values, this.#replies);
    } catch (error) {
      throw new ScenarioProblem(place, messageOf(error));
    }
  }

  /** Pays to the deposit address of an account. */
  async #deposit({ account, asset, amount, network }: Values, place: string): Promise<Answer> {
    const key = await this.#keyOf(String(account), `${place}.with.account`);
    const where = { coin: asset, ...(network !== undefined && { network }) };
    const answer = await this.#api.customer(key, capitalDepositAddress, where, depositAddressTimeoutMs);
    // cast: the contract says so.
    const { address, tag } = succeeded(place, capitalDepositAddress, answer).reply as Values;
    const to = { address, ...(tag !== '' && { addressTag: tag }) };
    return this.operator(place, createDeposit, {
      asset,
      amount,
      ...(network !== undefined && { network }),
      ...to,
    });
  }

  /** The key of an account: a new one when it is first asked for. */
  async #keyOf(email: string, place: string): Promise<ScenarioKey> {
    const known = this.keys.get(email);
    if (known !== undefined) return known;
    const { reply } = await this.operator(place, createApiKey, { email });
    // cast: the contract says so.
    const { apiKey, secretKey } = reply as ScenarioKey;
    const key = { email, apiKey, secretKey };
    this.keys.set(email, key);
    return key;
  }
}

const depositAddressTimeoutMs = 30_000;

function succeeded(place: string, { id }: { readonly id: string }, answer: Answer): Answer {
  if (answer.status !== null && answer.status < 300) return answer;
  // cast: errors have it, by the contract.
  const { msg } = (answer.reply ?? {}) as { readonly msg?: unknown };
  const why =
    answer.status === null ? 'was not answered' : `was answered ${answer.status}: ${msg ?? answer.reply}`;
  throw new ScenarioProblem(place, `${id} ${why}`);
}
