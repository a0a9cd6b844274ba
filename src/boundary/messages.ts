import { EventEmitter, once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

/** The next message of another thread. @typeParam T what the other side sends next */
export async function nextMessage<T>(sender: EventEmitter | MessagePort): Promise<T> {
  const [message] = await (sender instanceof EventEmitter
    ? once(sender, 'message')
    : once(sender, 'message'));
  return message;
}
