/** The operator's listener of one process: its edge, with the randomness that it needs handed in. */
import { randomBytes } from 'node:crypto';
import { operatorOpenApi } from '../contract/openapi.ts';
import { operatorOperations } from '../contract/operator/index.ts';
import { HttpListener } from '../edge/http-listener.ts';
import {
  createOperatorEdge,
  createOperatorRefuser,
  type OperatorEdgeParts,
  operatorMaxBodyBytes,
} from '../operator/operator-edge.ts';
import { probesDescription } from '../operator/probes.ts';
import type { Config } from './config.ts';
import { lazily } from './lazily.ts';
import { randomText } from './secrets.ts';
import { readVersion } from './version.ts';

const keyLength = 64;

export function createOperatorListener(
  config: Pick<Config, 'BURSAR_OPERATOR_HOST' | 'BURSAR_OPERATOR_PORT' | 'BURSAR_TRUST_PROXY'>,
  parts: Omit<OperatorEdgeParts, 'makeKey' | 'randomSeed' | 'openApi'>,
): HttpListener {
  const info = {
    title: 'Bursar, the operator’s API',
    version: readVersion(),
    description: probesDescription,
  };
  return new HttpListener({
    host: config.BURSAR_OPERATOR_HOST,
    port: config.BURSAR_OPERATOR_PORT,
    trustProxy: config.BURSAR_TRUST_PROXY,
    maxBodyBytes: operatorMaxBodyBytes,
    handle: createOperatorEdge({
      ...parts,
      makeKey: () => ({ apiKey: randomText(keyLength), secretKey: randomText(keyLength) }),
      randomSeed: () => randomBytes(32),
      openApi: lazily(() => JSON.stringify(operatorOpenApi(Object.values(operatorOperations), info))),
    }),
    refuse: createOperatorRefuser(parts),
  });
}
