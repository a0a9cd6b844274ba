/** The parts that the verbs `operator` and `token` share. */
import { nearest } from '../contract/nearest.ts';
import { ConfigError } from '../engine/config-error.ts';
import { operatorTokenOf, operatorUrlOf } from './operator-address.ts';
import type { Called, OperatorApi } from './operator-call.ts';

export const apiOptions = {
  'operator-url': { type: 'string' },
  'operator-token': { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const apiOptionsHelp = `  --operator-url URL     Default: http://localhost:8081, or BURSAR_OPERATOR_HOST and BURSAR_OPERATOR_PORT.
  --operator-token TEXT  Default: BURSAR_OPERATOR_TOKEN, else the file operator-token in the data folder.
  --data DIR             The data folder. Default: BURSAR_DATA, else ./data.
  --json                 Prints the reply of the operator API as JSON.`;

export function apiOf(values: Parameters<typeof operatorTokenOf>[0]): OperatorApi {
  return { url: operatorUrlOf(values), token: operatorTokenOf(values) };
}

/** @throws ConfigError if there is no such action. */
export function actionOf<A extends string>(
  given: string | undefined,
  actions: readonly A[],
  verb: string,
): A {
  const action = actions.find((each) => each === given);
  if (action !== undefined) return action;
  const there = `the actions are ${actions.join(', ')}; 'bursar ${verb} --help' explains them`;
  if (given === undefined) throw new ConfigError(`bursar ${verb} needs an action: ${there}`);
  const meant = nearest(given, actions);
  throw new ConfigError(
    `there is no action '${given}'; ${meant === undefined ? there : `did you mean 'bursar ${verb} ${meant}'?`}`,
  );
}

export function nameOf(name: string | undefined, command: string): string {
  if (name === undefined || name.trim() === '') throw new ConfigError(`bursar ${command} needs a name`);
  return name.trim();
}

/** The API checks the roles. */
export function rolesOf(list: string | undefined): readonly string[] {
  if (list === undefined) throw new ConfigError("--roles must list the roles, or be '' for none");
  return splitList(list);
}

export const splitList = (text: string) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** Prints the reply, or why there is none. @returns the exit code. */
export async function printCalled<T>(
  called: Promise<Called<T>>,
  describe: (reply: T) => string,
  json: boolean,
): Promise<number> {
  const outcome = await called;
  if ('done' in outcome) {
    console.log(json ? JSON.stringify(outcome.done, null, 2) : describe(outcome.done));
    return 0;
  }
  console.error(
    'refused' in outcome
      ? `bursar: nothing was done: ${outcome.refused}`
      : `bursar: it is unknown whether this was done: ${outcome.unknown}`,
  );
  return 1;
}
