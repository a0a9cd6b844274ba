import { sapiSystemStatus } from '../../../../contract/sapi/system/system-status.ts';
import { implement } from '../../../handler.ts';

export const sapiSystemStatusHandler = implement(sapiSystemStatus, (_values, _caller, { catalog }) => {
  const { status, msg } = catalog().settings.systemStatus;
  return { status, msg: msg === 'system maintenance' ? 'system_maintenance' : msg };
});
