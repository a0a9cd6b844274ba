/** A child process that prints one line of JSON when it is ready. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Child<Ready> = { readonly ready: Ready; readonly pid: number; stop(): Promise<void> };

export async function startChild<Ready>(script: string, args: readonly string[] = []): Promise<Child<Ready>> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return {
    ready: JSON.parse(await firstLine(child)) as Ready,
    pid: child.pid as number,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** `bursar start`, as its users start it, and how long it took to the first reply, ms. */
export async function startCommandLine(
  dataFolder: string,
): Promise<{ ms: number; pid: number; stop(): Promise<void> }> {
  const path = fileURLToPath(new URL('../bin/bursar.js', import.meta.url));
  const flags = [
    '--port',
    '0',
    '--operator-port',
    '0',
    '--demo',
    '0',
    '--log-level',
    'error',
    '--data',
    dataFolder,
  ];
  const begin = performance.now();
  const child = spawn(process.execPath, [path, 'start', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = /Wallet API +(http:\S+)/.exec(await firstLine(child, /Wallet API/))?.[1];
  await fetch(`${url}/wapi/v3/systemStatus.html`);
  const ms = performance.now() - begin;
  return {
    ms,
    pid: child.pid as number,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The first line that matches. */
async function firstLine(child: ChildProcess, wanted = /^/): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    text += chunk;
    const lines = text.split('\n').slice(0, -1);
    const line = lines.find((each) => wanted.test(each));
    if (line !== undefined) return line;
  }
  throw new Error('the child process ended before it was ready');
}
