/** All commands by name, and the port through which everybody outside submits them. */
import type { Command, Outcome } from '../store/port.ts';
import { confirmDeposit } from './deposit-confirm.ts';
import { observeDeposit } from './deposit-observe.ts';
import { broadcastWithdrawal } from './withdrawal-broadcast.ts';
import {
  approveWithdrawal,
  cancelWithdrawal,
  confirmWithdrawal,
  rejectWithdrawal,
} from './withdrawal-decide.ts';
import { settleWithdrawal } from './withdrawal-settle.ts';
import { submitWithdrawal } from './withdrawal-submit.ts';

export const commands = {
  submitWithdrawal,
  confirmWithdrawal,
  cancelWithdrawal,
  approveWithdrawal,
  rejectWithdrawal,
  broadcastWithdrawal,
  settleWithdrawal,
  observeDeposit,
  confirmDeposit,
};

export type CommandRegistry = typeof commands;
export type CommandName = keyof CommandRegistry;
export type InputOf<N extends CommandName> = CommandRegistry[N] extends Command<infer I, unknown> ? I : never;
export type ReplyOf<N extends CommandName> = CommandRegistry[N] extends Command<never, infer R> ? R : never;

export type Commands = {
  /** Resolves when the command is on disk, refused, or failed; never rejects. `notAfterMs`: the request's window. */
  submit<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    notAfterMs?: number,
  ): Promise<Outcome<ReplyOf<N>>>;
};
