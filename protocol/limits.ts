// Limits and names that both ends must know, apart from config.ts, which loads more.

/** The most runs a pod may be scaled to. */
export const maxScale = 1000

/** The environment variable by which the shell's own port gives the prompt its ticket. */
export const shellTicketEnv = 'P8A_SHELL_TICKET'

/** How much of what a run says of itself is kept. */
export const maxSaidChars = 8192
