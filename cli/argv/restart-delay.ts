// What is said to people who want to set the delay before a restart, wherever they say so: it is no setting.

/** The rest of a sentence; the numbers are those of `daemon/lifecycle/backoff.ts`. */
export const restartDelay =
  'the delay before a restart grows by itself, from none to 5 minutes, and begins anew once a run was up for minUptime'
