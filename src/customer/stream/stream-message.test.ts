import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublicKey, SharedSecret } from '../signature-key.ts';
import { readMessage, type StreamMessage, signedTextOf } from './stream-message.ts';

const apiKey = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
const secret = new SharedSecret('NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j');
/** From the FIX documentation of the exchange. */
const ed25519 = new PublicKey(
  'ed25519',
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGUIKv9dSpWXBViXp2m6vAIb8QMFJYBgyFEQsFJlqgA0=\n-----END PUBLIC KEY-----\n',
);

const signedTextIn = (params: string) =>
  signedTextOf(readMessage(`{"id":1,"method":"session.logon","params":${params}}`) as StreamMessage);

test('published and recomputed vectors: the signature covers the sorted parameters', async () => {
  const published = signedTextIn(`{"timestamp":1649729878532,"signature":"x","apiKey":"${apiKey}"}`);
  assert.equal(published, `apiKey=${apiKey}&timestamp=1649729878532`);
  assert.ok(
    await secret.verify(
      '1cf54395b336b0a9727ef27d5d98987962bc47aca6e13fe978612d0adee066ed',
      published,
      'utf8',
    ),
  );
  const without = signedTextIn(`{"apiKey":"${apiKey}","timestamp":1747385641636}`);
  assert.ok(
    await secret.verify('681110a6057ad58657af22f5640fab9dd17418834cdfccdc81be8b0f7b2cde3e', without, 'utf8'),
  );
  assert.ok(
    await ed25519.verify(
      'csVt9CnWh/0IcOHLgXsbhu0jmu7+jsjwvb5qUYzeP0R6xYv/FbEkxOOrhfomNGWM/UamvzbTAGTCi9ZyjWI1Bw==',
      without,
      'utf8',
    ),
  );
  const ofCcxt = signedTextIn(`{"timestamp":"1747385641636","recvWindow":10000,"apiKey":"${apiKey}"}`);
  assert.ok(
    await secret.verify('cb50a5971ca65025a63a25b727f38802625e47d414e17505352efbd968c92c8e', ofCcxt, 'utf8'),
  );
  assert.ok(
    await ed25519.verify(
      'bvNqMoErGFxjWxbJaOFVgfCsAmBKVWwn+dblN8Knh7bodFiT6Uae0Zfw0VW4Hg6xZBXW854lNG4vazohE2iuDA==',
      ofCcxt,
      'utf8',
    ),
  );
});

test('values are signed as they are written, and not percent-encoded', () => {
  const text = signedTextIn('{"b":1.50,"a":"x y&ü=%20","c":true,"B":1e3,"d":12345678901234567890}');
  assert.equal(text, 'B=1e3&a=x y&ü=%20&b=1.50&c=true&d=12345678901234567890');
});
