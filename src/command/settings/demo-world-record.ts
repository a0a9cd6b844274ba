/** Records the progress of creating the demo data, so that the next start can resume it. */
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

/** The name of the row in `settings`, which is not a setting of the exchange. */
export const demoWorldSetting = 'demoWorld';

export type DemoWorldState = 'seeding' | 'complete';

export const recordDemoWorld: Command<
  { readonly operator: Operator; readonly state: DemoWorldState },
  { readonly state: DemoWorldState }
> = {
  name: 'demo-world-record',
  changesLatest: true,
  prefetch: [],
  decide({ operator, state }, rows, context) {
    const work = new UnitOfWork(rows, context);
    work.write({ put: 'settings', row: { name: demoWorldSetting, value: state } });
    work.audit(operator, 'demo-world-record', 'demo world', { state });
    return work.reply({ state });
  },
};
