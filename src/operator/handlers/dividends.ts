import { isRejection } from '../../contract/errors.ts';
import type { OperatorOperations } from '../../contract/operator/index.ts';
import { settled } from '../../edge/handler.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorHandler } from '../handler.ts';
import { amountText, decimalOf } from './subject.ts';

export const payDividend: OperatorHandler<OperatorOperations['payDividend']> = async (
  { body: { asset, holdersOf, total, info } },
  operator,
  parts,
) => {
  const outcome = settled(
    await parts.commands.submit('distributeDividend', {
      operator,
      asset,
      holdersOf,
      total: decimalOf(total),
      info,
    }),
  );
  if (isRejection(outcome)) return outcome;
  const { tranId, payments } = outcome.done;
  const row = (await parts.reads.row('dividends', { tran_id: tranId })) as Row<'dividends'>;
  return {
    tranId,
    asset,
    holdersOf,
    total: amountText(parts, asset, row.total),
    info,
    payments,
    time: row.at,
  };
};
