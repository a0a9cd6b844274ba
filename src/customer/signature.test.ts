import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { type SignedPart, verifySignature } from './signature.ts';
import { PublicKey, SharedSecret, type SignatureKey } from './signature-key.ts';

const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
/** Published by the exchange with its private key, as an illustration. */
const ed25519 = {
  publicKey: 'MCowBQYDK2VwAyEAGUIKv9dSpWXBViXp2m6vAIb8QMFJYBgyFEQsFJlqgA0=',
  privateKey: 'MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u',
};
const pem = (label: string, base64: string) =>
  `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
const hmacKey = new SharedSecret(secret);
const ed25519Key = new PublicKey('ed25519', pem('PUBLIC KEY', ed25519.publicKey));

const of = (query: string, body = ''): SignedPart => ({ query, body });
const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const end = 'timestamp=1510903211000';
const withdrawal = `coin=ETH&address=${address}&amount=1`;
const transfer = (from: string, to: string) =>
  `fromEmail=${from}&toEmail=${to}&fromAccountType=SPOT&toAccountType=SPOT&asset=BTC&amount=0.1&${end}`;

/** Each payload with its HMAC and its Ed25519 signature. */
const vectors: readonly (readonly [SignedPart, string, string])[] = [
  [
    of(`${withdrawal}&${end}`),
    '4453f40b739676ff1937388c3b3d42bd5b05c7f89e46db5ba5e7020791af45f2',
    'jzdbQ1OCaMYikpdJsqqVl0jXXQYZpMAOIbOGQpyluRbrHKUTYCVvnvBou1g6ExqZJfETeAyq8DB54z41H7YzDQ==',
  ],
  [
    of('coin=ETH&network=ETH', `address=${address}&amount=1&${end}`),
    '43fff73746a0a2a3e053821cc91b97b8cf95b07def6d87fd661593eec5fc9846',
    'HW9FNMBJqrS4wvBj3DgBPDPNxlxwe6hmu+3GeZdstsfsOZn5HkUuCgNpRMUaakMQoS7EMngvBXjCJ9Y+g/4kAA==',
  ],
  [
    of(transfer('a%2Bb%40x.com', 'c%40x.com')),
    'eb63700b0020bdee1cf055d1df9374bc23cdab5b5af08802fdcbd949a34029fb',
    'dH/ELStM/gxMoKceNcFqhFWb+fv6kK67v/qnfYpGvt7L9d5aUFuhHJjJPCZAdxczkfqr/BMDvP8ERlbAoqdJCA==',
  ],
  [
    of(transfer('a+b@x.com', 'c@x.com')),
    '6ec3ae7c24196e931ed90faadcfc07b62cd4c5d077c933af78f80300129feeaa',
    'c9Q/bhykkzVwhYQtJ04eIGgFg4ns+Oz++T67eBA7bp0yEgzQVgDO8t+hV8xlLdAOgY05plShJkGj7dz+pk+MBA==',
  ],
  [
    of(`${withdrawal}&name=my%20wallet&${end}`),
    '607c7edbc1cf4df9d62eb9b795f4fe7b0483b1da71efc793c23bb5e5e486ee65',
    'ClUb47ZPRfBan6SWWHtkOveOG2MMRlE53cUMjjDHlBrC+GpKFYWui/pg7w+/Lv7861rxKRR/H6SYXJhAUfqrBQ==',
  ],
  [
    of(`${withdrawal}&name=my+wallet&${end}`),
    'ad93564ac75a07ca4af085a6f451ac5c4af59e7dc3e6d9357d40f40bb5ba361a',
    'PJOV1/Ufl5d81M2FFbQW3K62gy+zIrAppHR2NcGNcKxGZIdQizBScz/kMqpfNLonW018BsFpRqVL70hs8a8GAQ==',
  ],
  [
    of(`${withdrawal}&recvWindow=6000.346&timestamp=1510903211000123`),
    '232a3399bda04757dc729ee4421ad43ea547fc635fe65dfb26491a679d126700',
    'x7E6VHfw8UKLd73L8Vb8OV7r/87FGIWzqtC7xV7UAKMPNGl4e56U9AsVm/FTzM/lZ4Q6Cn0miz5FsA4SqK4wDw==',
  ],
  [
    of('apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&timestamp=1747385641636'),
    '681110a6057ad58657af22f5640fab9dd17418834cdfccdc81be8b0f7b2cde3e',
    'csVt9CnWh/0IcOHLgXsbhu0jmu7+jsjwvb5qUYzeP0R6xYv/FbEkxOOrhfomNGWM/UamvzbTAGTCi9ZyjWI1Bw==',
  ],
];

test('known signatures of HMAC and Ed25519 keys are accepted, also by strict verification', async () => {
  for (const [part, hmac, signature] of vectors) {
    for (const strict of [false, true]) {
      assert.equal(verifySignature(hmacKey, hmac, part, strict), 'raw', part.query);
      assert.equal(verifySignature(hmacKey, hmac.toUpperCase(), part, strict), 'raw', part.query);
      for (const sent of [signature, encodeURIComponent(signature), signature.replaceAll('+', ' ')])
        assert.equal(await verifySignature(ed25519Key, sent, part, strict), 'raw', sent);
    }
    for (const [other] of vectors.filter(([each]) => each !== part)) {
      assert.equal(verifySignature(hmacKey, hmac, other, true), undefined);
      assert.equal(await verifySignature(ed25519Key, signature, other, true), undefined);
    }
  }
  const signature = encodeURIComponent(
    '4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA==',
  );
  const logon = ['A', 'EXAMPLE', 'SPOT', '1', '20240627-11:17:25.223'].join('\u0001');
  assert.ok(await ed25519Key.verify(signature, logon, 'utf8'));
});

const privateKey = pem('PRIVATE KEY', ed25519.privateKey);
const signers: readonly (readonly [SignatureKey, (text: string) => string])[] = [
  [hmacKey, (text) => createHmac('sha256', secret).update(text).digest('hex')],
  [ed25519Key, (text) => encodeURIComponent(sign(null, Buffer.from(text), privateKey).toString('base64'))],
];

/** @returns the form under which both types of keys accept a request of which another text was signed. */
async function accepted(part: SignedPart, signed: string, strict = false): Promise<string | undefined> {
  const forms = await Promise.all(
    signers.map(([key, signs]) => verifySignature(key, signs(signed), part, strict)),
  );
  assert.equal(forms[0], forms[1]);
  return forms[0];
}

test('the forms that clients sign are accepted in their order; strict verification takes none of them', async () => {
  const cases: readonly (readonly [form: string, sent: SignedPart, signed: string])[] = [
    ['raw', of('a=x+y%2Bz&b=c@d'), 'a=x+y%2Bz&b=c@d'],
    ['plus-as-percent-20', of('a=x+y%2Bz'), 'a=x%20y%2Bz'],
    ['plus-as-percent-20', of('a=x+y', 'b=c+d'), 'a=x%20yb=c%20d'],
    ['decoded', of('a=x+y%2Bz', 'b=%40+%C3%A9'), 'a=x y+zb=@ é'],
    ['decoded', of('asset%5B0%5D=ETH&b=%40'), 'asset[0]=ETH&b=@'],
    ['encoded', of('a=x+y%21%27%28%29%7E*'), "a=x%20y!'()~*"],
    ['encoded', of('email=a@x.com'), 'email=a%40x.com'],
    ['encoded', of('q=%7B%22a%22%3A%22b%26c%3Dd%22%7D+', 'b=1'), 'q=%7B%22a%22%3A%22b%26c%3Dd%22%7D%20b=1'],
  ];
  for (const [form, sent, signed] of cases) {
    const found = await accepted(sent, signed);
    // If several forms are equal, the first one counts.
    assert.equal(found === 'plus-as-percent-20' && form === 'encoded' ? form : found, form, sent.query);
    assert.equal(await accepted(sent, signed, true), form === 'raw' ? 'raw' : undefined, sent.query);
  }
});

test('every form contains every parameter: one more, one fewer or another value is rejected', async () => {
  const sent = of('a=x+y&network=E%54H&b=%40', 'c=1&d=%2B');
  const forms = ['a=x y&network=ETH&b=@c=1&d=+', 'a=x%20y&network=ETH&b=%40c=1&d=%2B'];
  for (const form of forms) assert.ok(await accepted(sent, form), form);
  for (const form of forms) {
    const wrong = [
      form.replace('&network=ETH', ''),
      form.replace('&b=', '&bb='),
      form.replace('c=1', 'c=2'),
      form.replace('c=1&', ''),
      `${form}&e=1`,
      form.split('&').reverse().join('&'),
    ];
    for (const each of wrong) assert.equal(await accepted(sent, each), undefined, each);
  }
});

test('an encoded name, which no operation would read, is not taken for the parameter that was signed', async () => {
  const signed = 'a=%40&network=TRX';
  for (const name of ['%6Eetwork', 'networ%6B', '+network', 'network%20', '%26network'])
    assert.equal(await accepted(of(`a=%40&${name}=TRX`), signed), undefined, name);
});

test('a value that holds & or = when it is decoded has no decoded form', async () => {
  for (const value of ['1%26b%3D2', '1%3D', '%26'])
    assert.equal(await accepted(of(`a=${value}`), `a=${decodeURIComponent(value)}`), undefined, value);
});

test('a value that cannot be decoded is accepted only as it was sent', async () => {
  for (const value of ['%', '%ff', '%C3']) {
    assert.equal(await accepted(of(`a=${value}+`), `a=${value}+`), 'raw');
    assert.equal(await accepted(of(`b=%40&a=${value}`), `b=@&a=${value}`), undefined);
  }
});

test('only an Ed25519 signature is verified on another thread', async () => {
  const text = 'a=1';
  const [[, hmac], [, ed25519Signature]] = signers as [(typeof signers)[0], (typeof signers)[1]];
  assert.equal(hmacKey.verify(hmac(text), text, 'utf8'), true);
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsaKey = new PublicKey('rsa', pair.publicKey.export({ type: 'spki', format: 'pem' }) as string);
  const rsaSignature = sign('sha256', Buffer.from(text), pair.privateKey).toString('base64');
  assert.equal(rsaKey.verify(encodeURIComponent(rsaSignature), text, 'utf8'), true);
  const verification = ed25519Key.verify(ed25519Signature(text), text, 'utf8');
  assert.ok(verification instanceof Promise);
  assert.equal(await verification, true);
  assert.equal(await ed25519Key.verify(ed25519Signature(text), 'a=2', 'utf8'), false);
  assert.equal(await ed25519Key.verify('AAAA', text, 'utf8'), false);
  assert.equal(ed25519Key.verify('not base64!', text, 'utf8'), false);
});
