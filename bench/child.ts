/** A child process that prints one line of JSON when it is ready. */
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '../cluster/child-program.ts';

type Running = { readonly pid: number; stop(): Promise<void> };
export type Child<Ready> = Running & { readonly ready: Ready };

const stopPatienceMs = 60_000;

export async function startChild<Ready>(script: string, args: readonly string[] = []): Promise<Child<Ready>> {
  const child = startProgram(script, args);
  return { ready: JSON.parse(await firstLine(child)) as Ready, ...running(child) };
}

/** `bursar start`, as its users start it, and how long it took to the first reply, ms. */
export async function startCommandLine(dataFolder: string): Promise<Running & { readonly ms: number }> {
  const flags = [
    '--port',
    '0',
    '--operator-port',
    '0',
    '--demo',
    '0',
    '--chains',
    'simulated',
    '--log-level',
    'error',
    '--data',
    dataFolder,
  ];
  const begin = performance.now();
  const child = startProgram('../bin/bursar.js', ['start', ...flags]);
  const url = /Wallet API +(http:\S+)/.exec(await firstLine(child, /Wallet API/))?.[1];
  await fetch(`${url}/wapi/v3/systemStatus.html`);
  return { ms: performance.now() - begin, ...running(child) };
}

function startProgram(script: string, args: readonly string[]): ChildProgram {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return new ChildProgram(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function running(child: ChildProgram): Running {
  return { pid: child.pid, stop: () => child.stop(stopPatienceMs) };
}

/** The first line that matches. */
async function firstLine({ process: child }: ChildProgram, wanted = /^/): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    text += chunk;
    const lines = text.split('\n').slice(0, -1);
    const line = lines.find((each) => wanted.test(each));
    if (line !== undefined) return line;
  }
  throw new Error('the child process ended before it was ready');
}
