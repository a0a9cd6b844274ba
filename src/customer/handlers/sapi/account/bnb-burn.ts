import { unwrap } from '../../../../command/outcome.ts';
import { isRejection, reject } from '../../../../contract/errors.ts';
import { bnbBurn } from '../../../../contract/sapi/account/bnb-burn.ts';
import { viewBnbBurn } from '../../../bnb-burn-view.ts';
import { implement } from '../../../handler.ts';

export const bnbBurnHandler = implement(bnbBurn, async (values, { account, notAfterMs }, { commands }) => {
  const { spotBnbBurn = values.spotBNBBurn, interestBnbBurn = values.interestBNBBurn } = values;
  const change = {
    ...(spotBnbBurn !== undefined && { spotBnbBurn }),
    ...(interestBnbBurn !== undefined && { interestBnbBurn }),
  };
  if (Object.keys(change).length === 0) return reject('parameter-missing', { parameter: 'spotBNBBurn' });
  const input = { accountId: account.id, change };
  const outcome = unwrap(await commands.submit('putAccountSwitches', input, notAfterMs));
  return isRejection(outcome) ? outcome : viewBnbBurn(outcome.done);
});
