import type { WaitingTransaction } from '../../../chain/port.ts';
import type { TransactionTarget } from '../../../chain/service.ts';
import { unwrap } from '../../../command/outcome.ts';
import { formatUnits } from '../../../contract/decimal.ts';
import { isRejection, reject } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/lab/chains.ts';
import { scaleOf } from '../../../domain/catalog/catalog.ts';
import { implement, type OperatorParts } from '../../handler.ts';
import { mineAs, networksOf, refuseUnsimulated, reorganiseAs } from '../chain.ts';

export const getLabChain = implement(
  operations.getLabChain,
  async ({ path: { network } }, _operator, parts) =>
    networksOf(parts).has(network) ? stateOf(network, parts) : reject('network-unknown', { network }),
);

export const changeLabChain = implement(
  operations.changeLabChain,
  async ({ path: { network }, body }, _operator, parts) => {
    const refused = refuseUnsimulated(network, parts);
    if (refused !== undefined) return refused;
    if (body.auto === undefined && body.node === undefined) {
      return reject('operator-invalid', { reason: 'Send auto or node.' });
    }
    await parts.chainService.switchChain(network, body);
    return stateOf(network, parts);
  },
);

export const mineLabBlocks = implement(
  operations.mineLabBlocks,
  ({ path: { network }, body: { count = 1 } }, operator, parts) => mineAs(operator, parts, network, count),
);

/** The reason in the audit trail, and the one for which the transaction of a withdrawal has failed. */
const reason = 'An operator of the lab has asked for it.';

export const controlLabTransaction = implement(
  operations.controlLabTransaction,
  async ({ path: { network }, body: { do: action, txId, withdrawalId } }, operator, parts) => {
    const refused = refuseUnsimulated(network, parts);
    if (refused !== undefined) return refused;
    const target = targetOf(network, txId, withdrawalId);
    if (target === undefined)
      return reject('operator-invalid', { reason: 'Send either txId or withdrawalId.' });
    const actor = { ...operator, reason };
    const controlled = unwrap(await parts.chainService.controlTransaction(target, action, actor));
    return isRejection(controlled) ? controlled : controlled.done;
  },
);

export const reorganiseLabChain = implement(
  operations.reorganiseLabChain,
  ({ path: { network }, body: { depth, reinclude = true } }, operator, parts) =>
    reorganiseAs(operator, parts, { network, count: depth, drop: reinclude ? 'none' : 'all' }),
);

function targetOf(network: string, txId?: string, withdrawalId?: string): TransactionTarget | undefined {
  if ((txId === undefined) === (withdrawalId === undefined)) return undefined;
  return txId === undefined ? { network, withdrawalId: withdrawalId ?? '' } : { network, txId };
}

async function stateOf(network: string, parts: OperatorParts) {
  const { waiting, ...state } = await parts.chainService.chainState(network);
  return { ...state, waiting: waiting.map((each) => render(each, parts)) };
}

function render(each: WaitingTransaction, { catalog }: OperatorParts) {
  return { ...each, amount: formatUnits(each.amount, scaleOf(catalog(), each.asset)) };
}
