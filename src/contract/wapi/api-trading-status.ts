import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { exactNumber, milliseconds, Type } from '../schema.ts';

const indicator = Type.Object({
  i: Type.String({ enum: ['UFR', 'IFER', 'GCR'] }),
  c: Type.Integer({ description: 'Number of orders evaluated.' }),
  v: exactNumber('Current value.'),
  t: exactNumber('Trigger value.'),
});

/** spec: GET /wapi/v3/apiTradingStatus.html; indicators are evaluated every 30 seconds. */
export const apiTradingStatus = operation({
  id: 'apiTradingStatus',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/apiTradingStatus.html'],
  summary: 'Fetch account api trading status detail.',
  reply: Type.Object({
    success: Type.Literal(true),
    status: Type.Object({
      isLocked: Type.Boolean(),
      plannedRecoverTime: milliseconds('End of the lock; 0 if trading is not locked'),
      triggerCondition: Type.Object({ GCR: Type.Integer(), IFER: Type.Integer(), UFR: Type.Integer() }),
      indicators: Type.Record(Type.String(), Type.Array(indicator)),
      updateTime: milliseconds('Time at which the indicators were evaluated'),
    }),
  }),
});
