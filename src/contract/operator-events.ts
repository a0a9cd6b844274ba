/**
 * The stream of changes for consoles. It is no operation, because its reply does not end: a client learns what kind of
 * records a commit has changed, and reads them by operations.
 */
import { operatorOperation } from './operator-operation.ts';
import { Type } from './schema.ts';

/** The kinds of records that an event can name. */
export const changeTopics = [
  'withdrawals',
  'deposits',
  'transfers',
  'accounts',
  'changes',
  'dividends',
  'rules',
  'chains',
] as const;
export type ChangeTopic = (typeof changeTopics)[number];

export const followEvents = operatorOperation({
  id: 'followEvents',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/events',
  summary: 'Follow the changes of this exchange as server-sent events.',
  reply: Type.Unsafe<unknown>({ description: 'Events.' }),
});
