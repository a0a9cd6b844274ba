/** The log line of a request whose signature is wrong: with the lab it has the texts that count as signed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { demoMaster } from '../../src/demo/demo-accounts.ts';
import type { Logger } from '../../src/observability/log.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { startServer } from '../../src/runtime/server.ts';

type Line = { readonly entry: { readonly signedTexts?: readonly object[] }; readonly message: string };

function keepLines(lines: Line[]): Logger {
  const keep = (entry: Line['entry'], message: string) => void lines.push({ entry, message });
  return { debug: keep, info: keep, warn: keep, error: keep, fatal: keep } as unknown as Logger;
}

/** @returns the lines about a signature, after a request whose signature is wrong. */
async function linesOf(lab: '0' | '1'): Promise<readonly Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const lines: Line[] = [];
  const flags = ['--port', '0', '--operator-port', '0', '--block-ms', '0', '--demo', '1', '--lab', lab];
  const config = readConfig([...flags, '--data', folder], {});
  try {
    const server = await startServer(config, keepLines(lines), (error) => {
      throw error;
    });
    try {
      const target = `/wapi/v3/accountStatus.html?timestamp=${Date.now()}&signature=00`;
      const headers = { 'X-MBX-APIKEY': demoMaster.apiKey };
      const reply = await fetch(`http://127.0.0.1:${server.port}${target}`, { headers });
      assert.match(await reply.text(), /-1022/);
    } finally {
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  assert.ok(!JSON.stringify(lines).includes(demoMaster.secretKey));
  return lines.filter(({ message }) => /signature/.test(message));
}

test('with the lab, the log says which texts count as signed', async () => {
  const [line, ...more] = await linesOf('1');
  assert.deepEqual(more, []);
  assert.match(String(line?.message), /-1022/);
  const [raw] = (line?.entry.signedTexts ?? []) as readonly {
    readonly form: string;
    readonly text: string;
  }[];
  assert.equal(raw?.form, 'raw');
  assert.match(String(raw?.text), /^timestamp=\d+$/);
});

test('without the lab, the log says nothing about it', async () => {
  assert.deepEqual(await linesOf('0'), []);
});
