import type { ErrorOf } from '../../../../command/registry.ts';
import { isRejection, type Rejection } from '../../../../contract/errors.ts';
import { transferSubToMaster } from '../../../../contract/sapi/sub-account/transfer-to-master.ts';
import { implement } from '../../../handler.ts';
import { transferOfSub } from './transfer-of-sub.ts';

export const transferSubToMasterHandler = implement(transferSubToMaster, async (order, caller, parts) => {
  const reply = await transferOfSub(undefined, order, caller, parts);
  if (isRejection(reply) && reply.rejected === 'sub-account-unrelated')
    throw new Error('a sub-account is related to its master');
  // cast: the rejection above is excluded.
  return reply as Exclude<typeof reply, Rejection> | Rejection<ToMasterError>;
});

type ToMasterError = Exclude<ErrorOf<'transferBetweenAccounts'>, 'sub-account-unrelated'>;
