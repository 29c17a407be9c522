// Limits that both ends must know, without what else config.ts needs.

/** The most runs a pod may be scaled to. */
export const maxScale = 1000
