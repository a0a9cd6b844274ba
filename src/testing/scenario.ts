/** The scenario of a world, from an object or a file. */
import { readFileSync } from 'node:fs';
import { ScenarioProblem } from '../scenario/scenario.ts';
import { parseScenarioFile } from '../scenario/scenario-file.ts';
import { BursarError } from './bursar-error.ts';

export type GivenScenario = {
  readonly content: object;
  /** E-mails of the accounts that it opens, in their order. */
  readonly emails: readonly string[];
};

/** @param given the content, or the path of a file in YAML or JSON. @throws BursarError */
export function readScenario(given: string | URL | object): GivenScenario {
  const content = typeof given === 'string' || given instanceof URL ? contentOf(given) : given;
  if (typeof content !== 'object' || content === null)
    throw new BursarError('world: the scenario must be an object.');
  // cast: any field may be missing.
  const { accounts } = content as { readonly accounts?: unknown };
  const emails = (Array.isArray(accounts) ? accounts : []).map((each) => String(each?.email));
  return { content, emails };
}

function contentOf(file: string | URL): unknown {
  try {
    return parseScenarioFile(readFileSync(file, 'utf8')).value;
  } catch (error) {
    const why = error instanceof ScenarioProblem ? error.message : `cannot be read (${error})`;
    throw new BursarError(`world: the scenario ${file}: ${why}.`);
  }
}
