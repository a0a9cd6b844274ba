/**
 * Limits on the age of what this process knows about changes of other processes, ms. The age is the time since the last
 * heartbeat was sent that has come back over the connection that delivers those changes.
 */
export const feedLimits = {
  /** Interval between heartbeats. */
  beatMs: 250,
  /** Above this age, cached data is read again before it is used. */
  trustedMs: 1000,
  /** Above this age the process is not ready. */
  readyMs: 5000,
  /** The connection is replaced after this long without a heartbeat. */
  renewMs: 30_000,
};
