import { unwrap } from '../../../../command/outcome.ts';
import { isRejection, reject } from '../../../../contract/errors.ts';
import { bnbBurn, bnbBurnStatus } from '../../../../contract/sapi/account/bnb-burn.ts';
import { type AccountSwitches, switchesOf } from '../../../../domain/account-switches.ts';
import { implement } from '../../../handler.ts';

const view = ({ spotBnbBurn, interestBnbBurn }: AccountSwitches) => ({
  spotBNBBurn: spotBnbBurn,
  interestBNBBurn: interestBnbBurn,
});

export const bnbBurnStatusHandler = implement(bnbBurnStatus, async (_values, { account }, { reads }) =>
  view(switchesOf(await reads.row('account_switches', { accountId: account.id }))),
);

export const bnbBurnHandler = implement(bnbBurn, async (values, { account, notAfterMs }, { commands }) => {
  const { spotBnbBurn = values.spotBNBBurn, interestBnbBurn = values.interestBNBBurn } = values;
  const change = {
    ...(spotBnbBurn !== undefined && { spotBnbBurn }),
    ...(interestBnbBurn !== undefined && { interestBnbBurn }),
  };
  if (Object.keys(change).length === 0) return reject('parameter-missing', { parameter: 'spotBNBBurn' });
  const input = { accountId: account.id, change };
  const outcome = unwrap(await commands.submit('putAccountSwitches', input, notAfterMs));
  return isRejection(outcome) ? outcome : view(outcome.done);
});
