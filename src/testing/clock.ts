/** The time of the world of the server. */
import type { ApiClient } from './api-client.ts';
import type { Advance, Clock, ClockOptions, ClockState } from './chain-types.ts';

export function describeClock(api: ApiClient): Clock {
  const post = async <T extends ClockState>(action: string, body: object): Promise<T> => {
    const state = await api.operator<T>('POST', `/lab/clock/${action}`, body);
    api.signByWorld = state.wire === 'world';
    return state;
  };
  return {
    state: () => api.operator<ClockState>('GET', '/lab/clock'),
    freeze: (options: ClockOptions = {}) => post('freeze', options),
    resume: (options: ClockOptions = {}) => post('resume', options),
    advance: (by, options = {}) => post<Advance>('advance', { by, ...options }),
    advanceTo: (to, options = {}) =>
      post<Advance>('advance', { to: typeof to === 'number' ? to : to.getTime(), ...options }),
  };
}
