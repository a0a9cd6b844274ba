import { exactNumber, milliseconds, Type } from './schema.ts';

const indicator = Type.Object({
  i: Type.String({ enum: ['UFR', 'IFER', 'GCR'] }),
  c: Type.Integer({ description: 'Number of orders evaluated.' }),
  v: exactNumber('Current value.'),
  t: exactNumber('Trigger value.'),
});

/** Whether the trading of an account is locked, in every dialect; indicators are evaluated every 30 seconds. */
export const tradingStatusFields = Type.Object({
  isLocked: Type.Boolean(),
  plannedRecoverTime: milliseconds('End of the lock; 0 if trading is not locked'),
  triggerCondition: Type.Object({ GCR: Type.Integer(), IFER: Type.Integer(), UFR: Type.Integer() }),
  indicators: Type.Record(Type.String(), Type.Array(indicator)),
  updateTime: milliseconds('Time at which the indicators were evaluated'),
});
