import type { AccountSwitches } from '../domain/account-switches.ts';

export const viewBnbBurn = ({ spotBnbBurn, interestBnbBurn }: AccountSwitches) => ({
  spotBNBBurn: spotBnbBurn,
  interestBNBBurn: interestBnbBurn,
});
