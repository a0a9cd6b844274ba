/** Faults that a request asks for itself: with a header, or with a magic value in a withdrawal. */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { reject } from '../contract/errors.ts';
import { faultHeader } from '../customer/lab-port.ts';
import type { RequestContext } from '../customer/request-context.ts';
import type { ArmedFault } from './armed-fault.ts';
import { Dice } from './dice.ts';
import { quoted } from './grammar.ts';
import { MatchCounter } from './match-counter.ts';
import { isOfKind, withdrawals } from './operations.ts';
import { describeUnknownPreset, type Preset, presetNamed, presetNames } from './presets.ts';

const headerName = faultHeader.toLowerCase();
const namePrefix = 'lab:';
const orderIdPrefix = 'lab-';
/** When more values than this have fired, the oldest may fire again. */
const maxValues = 100_000;

type Taken = ArmedFault | CustomerRejection | undefined;

/** The fired magic values, and the counters, as a snapshot keeps them. */
export type SavedTriggers = {
  readonly fired: ReadonlySet<string>;
  readonly matches: ReadonlyMap<string, number>;
};

export class Triggers {
  /** The magic values that have fired, with the account. */
  readonly #fired: Set<string>;
  /** Draws the random delays; the seed is fixed, so every run draws the same ones. */
  readonly #dice = new Dice(0, 'triggers');
  readonly #matches: MatchCounter;

  constructor({ fired, matches }: SavedTriggers = { fired: new Set(), matches: new Map() }) {
    this.#fired = new Set(fired);
    this.#matches = new MatchCounter(matches);
  }

  save(): SavedTriggers {
    return { fired: new Set(this.#fired), matches: new Map(this.#matches.counts) };
  }

  /** @returns the fault, or a rejection if there is no such preset. A preset for other operations has no effect. */
  take(context: RequestContext): Taken {
    const header = context.request.headers[headerName];
    if (header !== undefined) return this.#takeHeader(context, String(header).trim());
    return withdrawals.has(context.operation.id) ? this.#takeMagicValue(context) : undefined;
  }

  #takeHeader(context: RequestContext, name: string): Taken {
    const preset = presetNamed(name);
    if (preset === undefined) return unknownPreset(faultHeader, `${quoted(name)} is not a preset`, name);
    return this.#arm(context, preset, 'header', () => {});
  }

  #takeMagicValue(context: RequestContext): Taken {
    const { name, withdrawOrderId } = context.values;
    if (typeof name === 'string' && name.startsWith(namePrefix))
      return this.#takeOnce(context, 'name', name, presetNamed(name.slice(namePrefix.length)));
    if (typeof withdrawOrderId !== 'string' || !withdrawOrderId.startsWith(orderIdPrefix)) return undefined;
    return this.#takeOnce(context, 'withdrawOrderId', withdrawOrderId, presetOfOrderId(withdrawOrderId));
  }

  #takeOnce(context: RequestContext, parameter: string, value: string, preset: Preset | undefined): Taken {
    if (preset === undefined)
      return unknownPreset(parameter, `${quoted(value)} names no preset`, value.replace(/^lab[:-]/, ''));
    const fired = JSON.stringify([context.key?.account.id, parameter, value]);
    if (this.#fired.has(fired)) return undefined;
    const armed = this.#arm(context, preset, 'magic-value', () => this.#fired.delete(fired));
    if (armed !== undefined) this.#remember(fired);
    return armed;
  }

  #remember(fired: string): void {
    this.#fired.add(fired);
    const [oldest] = this.#fired;
    if (this.#fired.size > maxValues && oldest !== undefined) this.#fired.delete(oldest);
  }

  #arm(
    { operation, key }: RequestContext,
    preset: Preset,
    source: 'header' | 'magic-value',
    giveBack: () => void,
  ): ArmedFault | undefined {
    if (!isOfKind(operation, preset.appliesTo)) return undefined;
    const match = this.#matches.next(key?.apiKey);
    return {
      source,
      preset: preset.name,
      fault: preset,
      draw: (draw) => this.#dice.draw(match, draw),
      giveBack,
    };
  }
}

/** The longest name counts: one may begin with another. */
function presetOfOrderId(orderId: string): Preset | undefined {
  const rest = orderId.slice(orderIdPrefix.length);
  const [name] = presetNames
    .filter((each) => rest.startsWith(`${each}-`))
    .sort((one, other) => other.length - one.length);
  return name === undefined ? undefined : presetNamed(name);
}

/** @param name the text that was sent instead of the name of a preset */
function unknownPreset(parameter: string, problem: string, name: string): CustomerRejection {
  const reason = `${problem} of the lab; ${describeUnknownPreset(name)}`;
  return reject('parameter-invalid', { parameter, reason });
}
