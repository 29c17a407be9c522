// The roles that a token or a pod may have, and how long a token may live.

/** Each may do all that those before it may. */
export const roles = ['read', 'deploy', 'admin'] as const

/** `read` looks, `deploy` changes pods, `admin` decides over the host and who may reach it. */
export type Role = (typeof roles)[number]

/** The longest that a token may be given to live: a hundred years. */
export const maxTokenLifeMs = 100 * 365 * 86_400_000
