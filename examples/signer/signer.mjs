/**
 * Plays the signer of a manual network of Bursar: claims withdrawals, signs and reports their transactions, sends them,
 * and reports their confirmations. The wallet is a pretence in a file; replace `Wallet` with calls to your own.
 *
 *   BURSAR_OPERATOR_URL=http://127.0.0.1:8081 BURSAR_TOKEN=… node signer.mjs NETWORK [--once]
 *
 * A transaction is saved before it is reported, and reported before it is sent. So the program may be killed at any
 * moment: the next start continues, and signs nothing twice.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const { BURSAR_OPERATOR_URL: url = 'http://127.0.0.1:8081', BURSAR_TOKEN: token = '' } = process.env;
const [network, ...flags] = process.argv.slice(2);
if (network === undefined) {
  console.error('usage: node signer.mjs NETWORK [--once]');
  process.exit(2);
}
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

  /** The same withdrawal has the same transaction for ever. A real one pays the amount minus the fee. */
  sign({ id, network, asset, address, addressTag, amount, fee }, generation) {
    const payment = JSON.stringify({ id, network, asset, address, addressTag, amount, fee });
    const txId = `0x${createHash('sha256').update(payment).digest('hex')}`;
    // A repeated claim keeps the transaction; only the generation changes.
    this.signed[id] = { txId, confirmations: 0, isSent: false, ...this.signed[id], generation };
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

  /** Keeps a signed transaction: another claim of the withdrawal sends the same one. */
  dropIntention(id) {
    delete this.intended[id];
    this.#save();
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
  const { claims } = await call('GET', `/claims?state=claimable&network=${network}`);
  for (const { withdrawal } of claims) wallet.intend(withdrawal.id);
  for (const [id, key] of Object.entries(wallet.intended)) {
    try {
      const { generation } = await call('POST', `/withdrawals/${id}/claim`, { leaseSeconds }, key);
      wallet.sign(await call('GET', `/withdrawals/${id}`), generation);
    } catch (error) {
      report(error);
      // Somebody else has claimed it, or it cannot be sent now.
      if (error.status === 409) wallet.dropIntention(id);
    }
  }
}

/** An error of one withdrawal does not stop the others. */
async function followAll(wallet) {
  for (const id of Object.keys(wallet.signed)) {
    await follow(wallet, id)
      .catch((error) => {
        report(error);
        return forgetIfFailed(wallet, id);
      })
      .catch(report);
  }
}

/** A failed withdrawal cannot be claimed again. */
async function forgetIfFailed(wallet, id) {
  const { stage } = await call('GET', `/withdrawals/${id}`);
  if (stage === 'failed') wallet.forget(id);
}

/**
 * Reports first, sends then, and counts confirmations until the withdrawal is completed. If the report is refused, the
 * withdrawal has failed, or its lease has expired and a person decides about it: then nothing is sent, and the signed
 * transaction is kept, so that another claim of the withdrawal sends the same one.
 */
async function follow(wallet, id) {
  const { txId, generation, isSent } = wallet.signed[id];
  if (!isSent) {
    const { stage } = await call('POST', `/withdrawals/${id}/transactions`, { generation, txId });
    // A person has reported that it is final.
    if (stage === 'completed') wallet.forget(id);
    if (stage !== 'broadcast') return;
    wallet.send(id);
  }
  const confirmations = wallet.confirm(id);
  const { stage } = await call('POST', `/withdrawals/${id}/confirmations`, { txId, confirmations });
  console.log(`${id} ${stage} ${confirmations}`);
  if (stage === 'completed') wallet.forget(id);
}

const report = (error) => console.error(String(error.message));

const wallet = new Wallet();
do {
  await claimAll(wallet)
    .then(() => followAll(wallet))
    .catch(report);
  await pause(flags.includes('--once') ? 0 : 1000);
} while (!flags.includes('--once'));
