/**
 * The server of `bursar start` with the lab, and a second port of customers whose requests do not pass through the lab.
 * All else is the same for both ports, down to the engine, the caches and the compiled code, so that a difference between
 * them is what the lab costs: two servers of the same code differ by more than that.
 *
 * usage: lab-beside-server.ts PORT, with the environment variables of `bursar start`
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

const config = readConfig([], process.env);
const clock = clockOf(config, systemClock);
const log = createLog(config.BURSAR_LOG_LEVEL, config.BURSAR_LOG_FORMAT, clock.world);
const observation = new Observation(clock);
const onFatal = (error: Error) => {
  throw error;
};

const exchange = await openExchange(
  {
    config,
    clock,
    log,
    location: locationOf(config),
    observation,
    wrongTokens: new WrongTokens({ time: clock.monotonic, onWrongToken: () => {} }),
    onFatal,
    worlds: () => undefined,
  },
  // The process is ended from outside, when its data is no longer needed.
  new AsyncDisposableStack(),
);
const { core, customers, operators } = exchange;
const { engine, secretBox } = core;
const passingBy = { ...config, BURSAR_PORT: Number(process.argv[2]) };
(await bindOperatorListener(config, clock)).serve(operators);
(await bindCustomerListener(passingBy, systemClock)).serve(
  createCustomerApi({
    ...{ core, engine, secretBox, observation, config, log },
    clock: systemClock,
    lab: undefined,
  }),
);
// Last: who waits for this port finds the others open.
(await bindCustomerListener(config, clock)).serve(customers);
