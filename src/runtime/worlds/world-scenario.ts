/** Plays a scenario in a world of this process, by the same operations and checks as requests. */
import { createHmac } from 'node:crypto';
import { type Clock, pause } from '../../clock/clock.ts';
import { getLabClock } from '../../contract/operator/lab/clock.ts';
import type { RawReply } from '../../http/http-message.ts';
import type { ReadScenario, World } from '../../lab/worlds/world.ts';
import type { OperatorParts } from '../../operator/handler.ts';
import { callOperation } from '../../operator/operation-in-process.ts';
import { playScenario } from '../../scenario/play-scenario.ts';
import { readScenario } from '../../scenario/read-scenario.ts';
import { type Scenario, ScenarioProblem } from '../../scenario/scenario.ts';
import { type Answer, inputOf, pairsOf, type ScenarioApi } from '../../scenario/scenario-api.ts';

const noReply: Answer = { status: null, reply: null };

/** @returns how to play it, or the first rule that it violates, with its place. */
export function readWorldScenario(
  value: unknown,
  timers: Clock['monotonic'],
): ReadScenario<OperatorParts> | { readonly problem: string } {
  let scenario: Scenario;
  try {
    scenario = readScenario(value);
  } catch (error) {
    return problemOf(error);
  }
  return {
    seed: scenario.seed,
    play: async (world) => {
      try {
        const { startedAt, endedAt, keys, events } = await playScenario(scenario, apiOf(world, timers));
        return { startedAt, endedAt, keys, events };
      } catch (error) {
        return problemOf(error);
      }
    },
  };
}

function problemOf(error: unknown): { readonly problem: string } {
  if (!(error instanceof ScenarioProblem)) throw error;
  const { at, rule } = error;
  return { problem: `${at === '' ? '' : `.${at}`}: ${rule}` };
}

type Played = Pick<World<OperatorParts>, 'handle' | 'operators'>;

function apiOf({ handle, operators }: Played, timers: Clock['monotonic']): ScenarioApi {
  return {
    operator: (operation, values) => callOperation(operation, inputOf(operation, values), operators),
    async customer({ apiKey, secretKey }, { method, paths }, values, timeoutMs) {
      const { reply } = await callOperation(getLabClock, { path: {}, query: {}, body: {} }, operators);
      // cast: the contract says so.
      const timestamp = String((reply as { readonly wireNow: number }).wireNow);
      const query = new URLSearchParams([...pairsOf(values), ['timestamp', timestamp]]).toString();
      const signature = createHmac('sha256', secretKey).update(query).digest('hex');
      const answer = handle({
        method,
        target: `${paths[0]}?${query}&signature=${signature}`,
        headers: { 'x-mbx-apikey': apiKey },
        rawHeaders: ['X-MBX-APIKEY', apiKey],
        body: '',
        ip: '127.0.0.1',
      });
      return Promise.race([
        answer.then((reply) => received(reply, timeoutMs)),
        pause(timers, timeoutMs).then(() => noReply),
      ]);
    },
  };
}

/** The answer that a client receives if it waits for `timeoutMs`. */
function received({ status, body, ending }: RawReply, timeoutMs: number): Answer {
  if (ending !== undefined && !(ending.kind === 'delay' && ending.ms < timeoutMs)) return noReply;
  return { status, reply: contentOf(body) };
}

function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
