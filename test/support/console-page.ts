/** The console as a browser loads it: its page, and every file that the page loads. */
import assert from 'node:assert/strict';

/** Fails unless the page, its style and all modules are served, under the policy that allows nothing else. */
export async function assertConsoleServed(operatorUrl: string): Promise<void> {
  const base = new URL(operatorUrl).origin.replace('127.0.0.1', 'localhost');
  const page = await fetch(`${base}/`, { headers: { accept: 'text/html' } });
  assert.equal(page.status, 200);
  const policy = page.headers.get('content-security-policy') ?? '';
  for (const rule of ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"])
    assert.ok(policy.split('; ').includes(rule), policy);
  const wanted = [...(await page.text()).matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map(
    ([, path]) => `${base}${path}`,
  );
  assert.ok(wanted.length >= 2, `${wanted}`);
  const seen = new Set(wanted);
  for (const url of seen) {
    const reply = await fetch(url);
    assert.equal(reply.status, 200, url);
    const text = await reply.text();
    if (!url.endsWith('.js')) continue;
    assert.match(reply.headers.get('content-type') ?? '', /^text\/javascript/, url);
    for (const [, from = ''] of text.matchAll(/\b(?:from|import)\s*['"]((?:\.|\/)[^'"]+)['"]/g))
      seen.add(new URL(from, url).href);
  }
  assert.ok(seen.size > 50, `${seen.size} files`);
}
