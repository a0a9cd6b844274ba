import { reject } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/lab/clock.ts';
import { invalid } from '../../../contract/operator-rejections.ts';
import { durationOf } from '../../../lab/duration.ts';
import type { ClockConflict, ClockView } from '../../../lab/world-clock.ts';
import { implement, labOf } from '../../handler.ts';

export const getLabClock = implement(operations.getLabClock, (_input, _operator, parts) =>
  labOf(parts).clock.view(),
);

export const freezeLabClock = implement(operations.freezeLabClock, async ({ body }, _operator, parts) =>
  orConflict(await labOf(parts).clock.freeze(body.wire)),
);

export const resumeLabClock = implement(operations.resumeLabClock, async ({ body }, _operator, parts) =>
  orConflict(await labOf(parts).clock.resume(body.wire)),
);

export const advanceLabClock = implement(
  operations.advanceLabClock,
  async ({ body: { by, to, wire } }, _operator, parts) => {
    if ((by === undefined) === (to === undefined)) return invalid('body: send either by or to.');
    const target = (nowMs: number) => to ?? nowMs + durationOf(by ?? 0);
    const advanced = await labOf(parts).clock.advance(target, wire);
    if ('problem' in advanced) return invalid(`body.${to === undefined ? 'by' : 'to'}: ${advanced.problem}`);
    return orConflict('ran' in advanced ? { ...advanced, ran: [...advanced.ran] } : advanced);
  },
);

function orConflict<V extends ClockView>(result: V | ClockConflict) {
  return 'conflict' in result ? reject('operator-conflict', { reason: result.conflict }) : result;
}
