import { isDeepStrictEqual } from 'node:util';
import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/system.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { implement } from '../handler.ts';

export const putSystemStatus = implement(
  operations.putSystemStatus,
  async ({ body: { reason: _, ...systemStatus } }, operator, { commands }) => {
    const outcome = unwrap(await commands.submit('putSettings', { operator, settings: { systemStatus } }));
    return isRejection(outcome) ? outcome : outcome.done.systemStatus;
  },
);

export const putSettings = implement(
  operations.putSettings,
  async ({ body: { reason: _, systemStatus, ...settings } }, operator, { commands, catalog }) => {
    const now = catalog().settings;
    if (systemStatus !== undefined && !isDeepStrictEqual(systemStatus, now.systemStatus))
      return invalid('body.systemStatus: cannot be changed here; use PUT /operator/v1/system-status');
    if (systemStatus !== undefined && Object.keys(settings).length === 0) return now;
    const outcome = unwrap(await commands.submit('putSettings', { operator, settings }));
    return isRejection(outcome) ? outcome : outcome.done;
  },
);

export const getSettings = implement(
  operations.getSettings,
  (_input, _operator, { catalog }) => catalog().settings,
);
