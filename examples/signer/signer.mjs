/**
 * Plays the signer of a manual network of Bursar: claims withdrawals, signs and reports their transactions, sends them,
 * and reports their confirmations. The wallet is a pretence in a file; replace `Wallet` with calls to your own.
 *
 *   BURSAR_OPERATOR_URL=http://127.0.0.1:8081 BURSAR_TOKEN=… node signer.mjs NETWORK [--once]
 *
 * What it has signed is in the file before it is reported, and reported before it is sent. So it may be killed at any
 * moment: the next start continues, and signs nothing twice.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const { BURSAR_OPERATOR_URL: url = 'http://127.0.0.1:8081', BURSAR_TOKEN: token = '' } = process.env;
const [network, ...flags] = process.argv.slice(2);
const file = process.env.SIGNER_WALLET ?? 'wallet.json';
const leaseSeconds = 600;

/** @throws an Error with the message of the server, unless the request has succeeded. */
async function call(method, path, body, key) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  if (key !== undefined) headers['idempotency-key'] = key;
  const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const reply = await fetch(`${url}/operator/v1${path}`, request);
  const answer = await reply.json();
  if (reply.ok) return answer;
  const error = new Error(`${method} ${path}: ${reply.status} ${answer.msg}`);
  throw Object.assign(error, { status: reply.status });
}

/** Signed transactions by withdrawal, and the confirmations of those that were sent. */
class Wallet {
  #state = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { intended: {}, signed: {} };

  /** Idempotency keys of claims, by withdrawal. */
  get intended() {
    return this.#state.intended;
  }

  get signed() {
    return this.#state.signed;
  }

  intend(id) {
    this.intended[id] ??= randomUUID();
    this.#save();
  }

  /** The same withdrawal has the same transaction for ever. */
  sign({ id, network, asset, address, amount, fee }, generation) {
    const payment = JSON.stringify({ id, network, asset, address, amount, fee });
    const txId = `0x${createHash('sha256').update(payment).digest('hex')}`;
    this.signed[id] ??= { txId, generation, confirmations: 0, isSent: false };
    delete this.intended[id];
    this.#save();
  }

  /** A real wallet gives the bytes to a node, any number of times. */
  send(id) {
    this.signed[id].isSent = true;
    this.#save();
  }

  /** A real wallet asks a node. */
  confirm(id) {
    this.signed[id].confirmations += 1;
    this.#save();
    return this.signed[id].confirmations;
  }

  forget(id) {
    delete this.intended[id];
    delete this.signed[id];
    this.#save();
  }

  #save() {
    writeFileSync(`${file}.new`, JSON.stringify(this.#state), { flush: true });
    renameSync(`${file}.new`, file);
  }
}

/** Claims and signs. A claim whose reply was lost is repeated with the same key, and gives the same reply. */
async function claimAll(wallet) {
  const { claims } = await call('GET', '/claims?state=claimable');
  for (const { withdrawal } of claims) if (withdrawal.network === network) wallet.intend(withdrawal.id);
  for (const [id, key] of Object.entries(wallet.intended)) {
    try {
      const { generation } = await call('POST', `/withdrawals/${id}/claim`, { leaseSeconds }, key);
      wallet.sign(await call('GET', `/withdrawals/${id}`), generation);
    } catch (error) {
      report(error);
      // Somebody else has claimed it, or it cannot be sent now.
      if (error.status === 409) wallet.forget(id);
    }
  }
}

/** Reports first, sends then, and counts confirmations until the withdrawal is completed. */
async function follow(wallet) {
  for (const [id, { txId, generation, isSent }] of Object.entries(wallet.signed)) {
    if (!isSent) {
      await call('POST', `/withdrawals/${id}/transactions`, { generation, txId });
      wallet.send(id);
    }
    const confirmations = wallet.confirm(id);
    const { stage } = await call('POST', `/withdrawals/${id}/confirmations`, { txId, confirmations });
    console.log(`${id} ${stage} ${confirmations}`);
    if (stage === 'completed') wallet.forget(id);
  }
}

const report = (error) => console.error(String(error.message));

const wallet = new Wallet();
do {
  await claimAll(wallet)
    .then(() => follow(wallet))
    .catch(report);
  await pause(flags.includes('--once') ? 0 : 1000);
} while (!flags.includes('--once'));
