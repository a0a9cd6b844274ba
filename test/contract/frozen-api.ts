/** The API of a running server with a frozen clock and a limiter of its own. */
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { createCustomerApi } from '../../src/customer/customer-api.ts';
import { KeyRing } from '../../src/customer/key-ring.ts';
import { catalogOf } from '../../src/domain/catalog/catalog.ts';
import type { RawReply } from '../../src/http/http-message.ts';
import { KnownBans } from '../../src/limiter/bans.ts';
import { MemoryLimiter } from '../../src/limiter/memory.ts';
import { RequestMeter } from '../../src/meter/request-meter.ts';
import { SignatureMeter } from '../../src/meter/signature-meter.ts';
import { makeKey } from '../../src/runtime/secrets.ts';
import { ManualClock } from '../support/manual-clock.ts';
import type { Call, ContractWorld } from './contract-world.ts';

export type FrozenTerms = {
  readonly nowMs: number;
  readonly wireAheadMs?: number;
  /** Default: unlimited. */
  readonly weightPerMinute?: number;
};

export async function frozenApi(
  world: ContractWorld,
  { nowMs, wireAheadMs = 0, weightPerMinute = 0 }: FrozenTerms,
): Promise<(call: Call) => Promise<RawReply>> {
  const { reads, commands, chainService, secretBox } = world.exchange.server;
  const catalog = catalogOf({
    assets: await reads.rows('assets', {}),
    networks: await reads.rows('networks', {}),
    prices: await reads.rows('prices', {}),
    symbols: await reads.rows('symbols', {}),
    settings: await reads.rows('settings', {}),
  });
  const clock = new ManualClock({ worldMs: nowMs, wireAheadMs });
  const answer = createCustomerApi({
    reads,
    commands,
    chainService,
    catalog: () => catalog,
    keys: new KeyRing(reads, (encrypted) => secretBox.decrypt(encrypted)),
    limiter: new MemoryLimiter(weightPerMinute, new KnownBans(async () => true)),
    signatures: { strict: false, meter: new SignatureMeter() },
    meter: new RequestMeter(customerOperations, clock.monotonic),
    clock,
    weightPerMinute,
    makeKey,
    onDenied: () => {},
    encryptSecret: (secret) => secretBox.encrypt(secret),
    corsOrigins: [],
    errorStyle: 'spec',
    openApi: () => '',
    onBug: (error) => {
      throw error;
    },
  });
  return (call) => {
    const { method, target, headers = {} } = world.requestOf(call);
    return answer({ method, target, headers, rawHeaders: [], body: '', ip: '127.0.0.1' });
  };
}
