/**
 * Limits of the time without proof that this process receives the changes of other processes, ms. The proof is a
 * heartbeat that returns over the connection that delivers those changes; its age counts from when it was sent.
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
