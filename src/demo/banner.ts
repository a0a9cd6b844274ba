/**
 * The text that a start prints: the addresses of all interfaces and commands to try. Each command block can be pasted
 * into a shell that has curl and openssl.
 */
import { demoMaster, demoSubAccounts } from './demo-accounts.ts';

export type StartInfo = {
  readonly url: string;
  readonly operatorUrl: string;
  /** The file that contains the operator token; null if the token was configured. */
  readonly tokenFile: string | null;
  /** Whether the demo keys are valid here. */
  readonly demo: boolean;
  /** Whether networks may be simulated. */
  readonly simulated: boolean;
  /** Whether requests can be broken on purpose. */
  readonly lab: boolean;
  /** The secret of a one-time link that creates the first administrator; absent if there is one. */
  readonly firstLink?: string | undefined;
};

export function describeStart(info: StartInfo): string {
  const { url, operatorUrl, tokenFile } = info;
  const places = [
    `Wallet API    ${url}  (OpenAPI: ${url}/openapi.json)`,
    `Console       ${operatorUrl.replace('127.0.0.1', 'localhost')}`,
    `Operator API  ${operatorUrl}/operator/v1  (OpenAPI: ${operatorUrl}/openapi.json)`,
    `              its bearer token is ${tokenFile === null ? 'the configured one' : `in ${tokenFile}`}${isRecoveryToken(info) ? ', only to recover access: there is an administrator' : ''}`,
    `Chains        ${info.simulated ? 'simulated: addresses and transactions are not real, no coins move' : 'manual: withdrawals are claimed and sent elsewhere, deposits are reported'}`,
  ];
  const blocks = info.demo
    ? [
        describeKeys(),
        ...[...curlBlocks(info), ...administratorBlock(info)].map(describeBlock),
        otherVerbs(info),
      ]
    : [...operatorBlock(info), ...administratorBlock(info)].map(describeBlock);
  return ['Bursar is ready.', '', ...places, '', ...blocks, 'Ctrl-C stops it.'].join('\n');
}

function otherVerbs({ lab }: StartInfo): string {
  const verbs = [
    ...(lab ? ['npx bursar presets  # lists the faults that a request can be broken with'] : []),
    'npx bursar demo     # plays the main use cases on a server of its own and explains each step',
    'npx bursar help     # lists all commands',
  ];
  return `More, in another terminal:\n\n${verbs.join('\n')}\n`;
}

type Block = { readonly title: string; readonly command: string };

/** The commands to paste, each independent of the others. */
function curlBlocks(info: StartInfo): readonly Block[] {
  const { url } = info;
  const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  return [
    {
      title: 'Withdraw 1 ETH:',
      command: signedCurl(
        'POST',
        `${url}/sapi/v1/capital/withdraw/apply`,
        `coin=ETH&address=${address}&amount=1&`,
      ),
    },
    {
      title: 'Follow its status (4: processing, 6: completed):',
      command: signedCurl('GET', `${url}/sapi/v1/capital/withdraw/history`, 'coin=ETH&'),
    },
    ...(info.lab && !isRecoveryToken(info) ? [faultBlock(info)] : []),
    ...operatorBlock(info),
  ];
}

function faultBlock(info: StartInfo): Block {
  const rule = `'{"on":{"operation":"withdraw"},"do":"commit-then-504"}'`;
  return {
    title: 'Break the next withdrawal: it is done, but its client gets a 504 (see docs/lab.md):',
    command: [
      `curl -X POST -H "Authorization: Bearer ${tokenIn(info)}" -H 'Content-Type: application/json' \\`,
      `  -d ${rule} '${info.operatorUrl}/operator/v1/lab/faults'; echo`,
    ].join('\n'),
  };
}

function operatorBlock(info: StartInfo): readonly Block[] {
  if (isRecoveryToken(info)) return [];
  return [
    {
      title: 'Verify the books as the operator:',
      command: `curl -H "Authorization: Bearer ${tokenIn(info)}" '${info.operatorUrl}/operator/v1/integrity'; echo`,
    },
  ];
}

/** Whether the token is refused for anything but recovery. */
const isRecoveryToken = ({ firstLink }: StartInfo) => firstLink === undefined;

function administratorBlock({ firstLink, operatorUrl }: StartInfo): readonly Block[] {
  if (firstLink === undefined) return [];
  const named = operatorUrl.replace('127.0.0.1', 'localhost');
  return [
    {
      title:
        'Become the first administrator, once and within an hour: open this link in a browser (see docs/console.md),',
      command: `${named}/accept#${firstLink}`,
    },
    {
      title: 'or run this (see docs/operators.md):',
      command: `npx bursar operator accept ${firstLink} --name YOUR-NAME --operator-url ${named}`,
    },
  ];
}

function tokenIn({ tokenFile }: StartInfo): string {
  return tokenFile === null ? '$BURSAR_OPERATOR_TOKEN' : `$(cat ${shellQuoted(tokenFile)})`;
}

/** Timestamps have whole seconds: that is precise enough, and every `date` command supports it. */
function signedCurl(method: string, endpoint: string, parameters: string): string {
  return [
    `query="${parameters}timestamp=$(date +%s)000"`,
    `signature=$(printf %s "$query" | openssl dgst -sha256 -hmac ${demoMaster.secretKey} -r | cut -d ' ' -f 1)`,
    `curl -X ${method} -H 'X-MBX-APIKEY: ${demoMaster.apiKey}' "${endpoint}?$query&signature=$signature"; echo`,
  ].join('\n');
}

function describeKeys(): string {
  const accounts = [demoMaster, ...demoSubAccounts];
  const lines = accounts.flatMap(({ email, apiKey, secretKey }) => [
    `  ${email}`,
    `    apiKey     ${apiKey}`,
    `    secretKey  ${secretKey}`,
  ]);
  return ['Demo keys (the first is the master of the other two):', ...lines, ''].join('\n');
}

function describeBlock({ title, command }: Block): string {
  return `${title}\n\n${command}\n`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
