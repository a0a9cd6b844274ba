/**
 * The server of `bursar start` with the lab, where only the requests of every other block pass through the lab. All else
 * is the same for all requests, down to the engine, the caches and the compiled code, so that a difference between blocks
 * is the cost of the lab.
 *
 * usage: lab-blocks-server.ts FILE, with the environment variables of `bursar start`; a line for each block is added to
 * the file
 */
import { systemClock } from '../../src/clock/system-clock.ts';
import { createLog } from '../../src/observability/log.ts';
import { WrongTokens } from '../../src/operator/wrong-tokens.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { bindCustomerListener } from '../../src/runtime/customer-listener.ts';
import { createCustomerApi, openExchange } from '../../src/runtime/exchange.ts';
import { clockOf } from '../../src/runtime/lab-start.ts';
import { Observation } from '../../src/runtime/observation.ts';
import { bindOperatorListener } from '../../src/runtime/operator-listener.ts';
import { locationOf } from '../../src/runtime/server.ts';
import { BlockMeter } from './lab-blocks.ts';

const config = readConfig([], process.env);
const clock = clockOf(config, systemClock);
const log = createLog(config.BURSAR_LOG_LEVEL, config.BURSAR_LOG_FORMAT, clock.world);
const observation = new Observation(clock);
const onFatal = (error: Error) => {
  throw error;
};

const { core, customers, operators } = await openExchange(
  {
    ...{ config, clock, log, observation, onFatal },
    location: locationOf(config),
    wrongTokens: new WrongTokens({ time: clock.monotonic, onWrongToken: () => {} }),
    worlds: () => undefined,
  },
  // The process is killed when its data is no longer needed.
  new AsyncDisposableStack(),
);
const { engine, secretBox } = core;
const withoutLab = createCustomerApi({
  ...{ core, engine, secretBox, observation, config, log },
  clock: systemClock,
  lab: undefined,
});
const meter = new BlockMeter(String(process.argv[2]));
const listeners = {
  operators: await bindOperatorListener(config, clock),
  customers: await bindCustomerListener(config, clock),
};
await Promise.all([listeners.operators.route(), listeners.customers.route()]);
listeners.operators.serve(operators);
listeners.customers.serve({
  ...customers,
  handle: (request) => (meter.next() ? customers : withoutLab).handle(request),
});
