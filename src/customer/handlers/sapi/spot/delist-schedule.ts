import { delistSchedule } from '../../../../contract/sapi/spot/delist-schedule.ts';
import { implement } from '../../../handler.ts';

export const delistScheduleHandler = implement(delistSchedule, () => []);
