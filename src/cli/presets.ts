/** `bursar presets`: lists the faults with which the lab can break a request. */
import { kindsInWords } from '../lab/preset.ts';
import { presets } from '../lab/presets.ts';
import { readOptions } from '../runtime/options.ts';
import type { Verb } from './verb.ts';

const options = { json: { type: 'boolean' } } as const;

async function run(args: readonly string[]): Promise<number> {
  const { json = false } = readOptions(args, options).values;
  console.log(json ? JSON.stringify(presets, null, 2) : presets.map(describe).join('\n\n'));
  return 0;
}

function describe({ name, appliesTo, consequence }: (typeof presets)[number]): string {
  return `${name}  (requests: ${kindsInWords[appliesTo]})\n  ${consequence}`;
}

export const presetsVerb: Verb = {
  summary: 'Lists the faults with which the lab breaks requests, and what each leads to.',
  help: `usage: bursar presets [--json]

Lists the presets of the rehearsal lab: for each its name, the requests that it applies to, and what happens.

  --json    Prints them as JSON, with the ending of the reply, what goes wrong later, and the incident behind it.

A running server with the lab (bursar start; on by default in the demo world) breaks a request
- if a rule says so: POST /operator/v1/lab/faults with { "on": { "operation": "withdraw" }, "do": "commit-then-504" };
- if it has the header Bursar-Fault: commit-then-504;
- if the withdrawOrderId of a withdrawal begins with lab-commit-then-504-.

bursar verdict reports what the client did next.

Exit codes: 0 success; 2 usage error.`,
  run,
};
