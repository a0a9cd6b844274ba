/** The requests of a scenario before its timeline: networks, assets, accounts, balances, faults, chains, in order. */
import { createAccount, updateAccount } from '../contract/operator/accounts.ts';
import { createApiKey } from '../contract/operator/api-keys.ts';
import { patchAsset, putAsset } from '../contract/operator/assets.ts';
import { creditAccount } from '../contract/operator/balances.ts';
import { changeLabChain } from '../contract/operator/lab/chains.ts';
import { createLabFault } from '../contract/operator/lab/faults.ts';
import { patchNetwork, putNetwork } from '../contract/operator/networks.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import type { Scenario, ScenarioAccount, Values } from './scenario.ts';

/** A request to the operator's API. */
export type SetupStep = {
  /** Its place in the scenario. */
  readonly at: string;
  readonly operation: OperatorOperation;
  readonly values: Values;
  /** The operation that creates the thing if there is none to change. */
  readonly orElse?: OperatorOperation;
};

const reason = 'balance of a scenario';
const hasFields = (values: Values) => Object.keys(values).length > 0;

export function planSetup(scenario: Scenario): readonly SetupStep[] {
  const { networks, assets, accounts, faults } = scenario;
  return [
    ...networks
      .filter(({ rules, chain }) => hasFields(rules) || !hasFields(chain))
      .map(({ network, rules }) => ({
        at: `networks.${network}`,
        operation: patchNetwork,
        values: { network, ...rules },
        orElse: putNetwork,
      })),
    ...assets.map(({ asset, fields }) => ({
      at: `assets.${asset}`,
      operation: patchAsset,
      values: { asset, ...fields },
      orElse: putAsset,
    })),
    ...accounts.flatMap(planAccount),
    ...faults.map((values, index) => ({ at: `faults[${index}]`, operation: createLabFault, values })),
    ...networks
      .filter(({ chain }) => hasFields(chain))
      .map(({ network, chain }) => ({
        at: `networks.${network}`,
        operation: changeLabChain,
        values: { network, ...chain },
      })),
  ];
}

function planAccount(account: ScenarioAccount, index: number): SetupStep[] {
  const { email, opening, changes, balances } = account;
  const at = `accounts[${index}]`;
  return [
    { at, operation: createAccount, values: { email, ...opening } },
    ...(hasFields(changes) ? [{ at, operation: updateAccount, values: { email, ...changes } }] : []),
    { at, operation: createApiKey, values: { email } },
    ...Object.entries(balances).map(([asset, amount]) => ({
      at: `${at}.balances.${asset}`,
      operation: creditAccount,
      values: { email, asset, amount, reason },
    })),
  ];
}
