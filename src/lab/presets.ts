/** The presets: faults with a name, and the incident that each stands for. Names are data; the grid is in `fault.ts`. */
import type { Fault } from './fault.ts';
import type { OperationKind } from './operations.ts';

export type Preset = Fault & {
  readonly name: string;
  /** The operations that it applies to. */
  readonly appliesTo: OperationKind;
  /** What happens, and what hurts. */
  readonly hurts: string;
  /** Where it has happened. */
  readonly incident: string;
};

export const presets: readonly Preset[] = [
  {
    name: 'commit-then-504',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'status', status: 504, body: 'html' },
    effects: [],
    hurts: 'The work is done, but the gateway answers 504. A client that takes it for a failure pays twice.',
    incident:
      'sonvister/Binance #77: 504 without a usable body; sometimes the order existed, sometimes not. peanutprotocol/peanut-ui #2619: a retry after a timeout paid twice.',
  },
];

const byName = new Map(presets.map((preset) => [preset.name, preset]));

export const presetNames: readonly string[] = presets.map(({ name }) => name);

export function presetNamed(name: string): Preset | undefined {
  return byName.get(name);
}
