/** The operator's listener of one process, and the API with sources of random keys and seeds. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { headDescription, operatorOpenApi } from '../contract/openapi/openapi.ts';
import { isOfLab, type OperatorOperation } from '../contract/operator-operation.ts';
import { operatorOperations } from '../contract/operator-operations.ts';
import { lazily } from '../observability/lazily.ts';
import { probesDescription } from '../observability/probes.ts';
import { createOperatorApi, type OperatorApi, type OperatorApiParts } from '../operator/operator-api.ts';
import { operatorRouting } from '../operator/operator-routing.ts';
import { BoundListener } from './bound-listener.ts';
import { type Config, hasLab } from './config.ts';
import { readVersion } from './version.ts';

export function bindOperatorListener(
  config: Config,
  clock: Clock,
  onShortage: (message: string) => void = () => {},
): Promise<BoundListener<OperatorApi>> {
  return BoundListener.bind({
    clock,
    host: config.BURSAR_OPERATOR_HOST,
    port: config.BURSAR_OPERATOR_PORT,
    hostSetting: 'BURSAR_OPERATOR_HOST',
    portSetting: 'BURSAR_OPERATOR_PORT',
    trustProxy: config.BURSAR_TRUST_PROXY,
    onShortage,
    routing: (api) => operatorRouting(api, operationsOf(config)),
  });
}

/** Without the lab its operations do not exist. */
function operationsOf(config: Pick<Config, 'BURSAR_LAB' | 'BURSAR_DEMO'>): readonly OperatorOperation[] {
  return hasLab(config) ? operatorOperations : operatorOperations.filter((each) => !isOfLab(each));
}

const worldDescription =
  'The header `Bursar-World` with the name of a world of the lab, or the path prefix `/w/NAME`, makes any operation one of that world, except those on worlds themselves and those of access.';

export function operatorApi(
  config: Config,
  parts: Omit<OperatorApiParts, 'randomSeed' | 'openApi'>,
): OperatorApi {
  const info = {
    title: 'Bursar, the operator’s API',
    version: readVersion(),
    description: [headDescription, probesDescription, ...(hasLab(config) ? [worldDescription] : [])].join(
      '\n\n',
    ),
  };
  return createOperatorApi({
    ...parts,
    randomSeed: () => randomBytes(32),
    openApi: lazily(() => JSON.stringify(operatorOpenApi(operationsOf(config), info))),
  });
}
