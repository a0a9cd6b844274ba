/** `bursar verdict`: asks a running server with the lab whether its clients handled the faults correctly. */
import { reasonOf } from '../boundary/caught.ts';
import { ConfigError } from '../engine/config-error.ts';
import { readSetting } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { operatorTokenOf, operatorUrlOf, readReadyFile } from './operator-address.ts';
import { alignColumns, type Verb } from './verb.ts';

type Verdict = 'right' | 'wrong' | 'open';

type Report = {
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly incidents: readonly {
    readonly preset: string | null;
    readonly operation: string;
    readonly account: string | null;
    readonly requestNumber: number;
    readonly verdict: Verdict;
    readonly actions: readonly string[];
    readonly sentence: string;
  }[];
};

const options = {
  'ready-file': { type: 'string' },
  url: { type: 'string' },
  'operator-token': { type: 'string' },
  data: { type: 'string' },
  'api-key': { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean' },
  junit: { type: 'boolean' },
} as const;

const exitCodes: Readonly<Record<Verdict, number>> = { right: 0, wrong: 1, open: 2 };
const cannotTell = 2;
const deadlineMs = 30_000;

async function run(args: readonly string[]): Promise<number> {
  const { url, token, query, json, junit } = readArguments(args);
  const ask = (more: Readonly<Record<string, string>>) => askOperator(url, token, { ...query, ...more });
  const answer = await ask({});
  if ('problem' in answer) {
    console.error(`bursar: ${answer.problem}`);
    return cannotTell;
  }
  const report = reportIn(answer.text);
  if (report === undefined) {
    console.error(`bursar: the reply of ${url} is not a verdict; is it the operator API?`);
    return cannotTell;
  }
  if (junit) {
    const xml = await ask({ format: 'junit' });
    if ('problem' in xml) {
      console.error(`bursar: ${xml.problem}`);
      return cannotTell;
    }
    process.stdout.write(xml.text);
  } else console.log(json ? JSON.stringify(report, null, 2) : describe(report));
  return exitCodes[report.verdict];
}

/** @returns undefined if it is something else, such as the page of a gateway. */
function reportIn(text: string): Report | undefined {
  try {
    const read: Partial<Report> | null = JSON.parse(text);
    const isReport = Object.hasOwn(exitCodes, String(read?.verdict)) && Array.isArray(read?.incidents);
    // cast: as the line above says.
    return isReport ? (read as Report) : undefined;
  } catch {
    return undefined;
  }
}

function readArguments(args: readonly string[]) {
  const { values } = readOptions(args, options);
  const { json = false, junit = false, after } = values;
  if (json && junit) throw new ConfigError('verdict takes only one of --json and --junit');
  if (after !== undefined && !/^[0-9]{1,15}$/.test(after))
    throw new ConfigError('--after must be the number of a request');
  const apiKey = values['api-key'];
  const file = readSetting('BURSAR_READY_FILE', values['ready-file'], process.env);
  const ready = file === null ? undefined : readReadyFile(file);
  return {
    url: operatorUrlOf({ 'operator-url': values.url ?? ready?.operatorUrl }, '--url'),
    token: operatorTokenOf({ ...values, data: values.data ?? ready?.data }),
    query: { ...(apiKey !== undefined && { apiKey }), ...(after !== undefined && { after }) },
    json,
    junit,
  };
}

type Answer = { readonly text: string } | { readonly problem: string };

async function askOperator(
  url: string,
  token: string,
  query: Readonly<Record<string, string>>,
): Promise<Answer> {
  try {
    const response = await fetch(`${url}/operator/v1/lab/verdict?${new URLSearchParams(query)}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    if (response.ok) return { text };
    if (response.status === 404)
      return {
        problem: `${url} has no lab; start the server with --lab 1, and give the URL of its operator API`,
      };
    return { problem: `${url} answered ${response.status}: ${text.slice(0, 200)}` };
  } catch (error) {
    return { problem: `${url}: ${reasonOf(error)}; is the server running?` };
  }
}

function describe({ verdict, sentence, incidents }: Report): string {
  const rows = incidents.map((each) => [
    each.verdict.toUpperCase(),
    `request ${each.requestNumber}`,
    each.operation,
    each.preset ?? 'a fault',
    each.account ?? '',
    each.actions.join(', '),
  ]);
  const columns = ['verdict', 'hit', 'operation', 'fault', 'account', 'what the client did next'];
  const details = incidents.map((each) => `${each.verdict.toUpperCase()}: ${each.sentence}`);
  const table =
    incidents.length === 0 ? '' : `${alignColumns([columns, ...rows])}\n\n${details.join('\n')}\n\n`;
  return `${table}${verdict.toUpperCase()}. ${sentence}`;
}

export const verdictVerb: Verb = {
  summary:
    "Reports whether clients handled the lab's faults correctly, for example looked up the outcome or paid twice.",
  help: `usage: bursar verdict [--json | --junit] [OPTIONS]

Asks a running server with the lab (bursar start --lab 1; on by default in the demo world) what its clients did after
each fault that hit them: whether they waited, looked up, repeated with the same withdrawOrderId, paid twice, ignored
Retry-After, went on while banned, or did nothing.

  --json                 Prints the verdict as JSON, as the operator API's GET /operator/v1/lab/verdict does.
  --junit                Prints JUnit XML: wrong is a failure, open is skipped.
  --api-key KEY          Only faults that hit this key.
  --after NUMBER         Only faults that hit requests with a higher number.
  --ready-file FILE      Where the server is, as bursar start --ready-file FILE wrote it. Default: BURSAR_READY_FILE.
  --url URL              The operator API. Default: http://localhost:8081, or BURSAR_OPERATOR_HOST and
                         BURSAR_OPERATOR_PORT.
  --operator-token TEXT  Default: BURSAR_OPERATOR_TOKEN, else the file operator-token in the data folder.
  --data DIR             The data folder. Default: BURSAR_DATA, else ./data.

To try it: lose the reply of the next withdrawal, let your client submit one, and ask what it did.

  curl -X POST -H "Authorization: Bearer $(cat data/operator-token)" -H 'Content-Type: application/json' \\
    -d '{ "on": { "operation": "withdraw" }, "do": "commit-then-504" }' http://localhost:8081/operator/v1/lab/faults
  bursar verdict

Exit codes: 0 every client was right; 1 at least one was wrong; 2 usage error, no answer, or open (no fault has hit a
request, or a client has not acted yet).`,
  run,
};
