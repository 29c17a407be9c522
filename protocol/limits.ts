// Limits and names that both ends must know, without what else config.ts needs.

/** The most runs a pod may be scaled to. */
export const maxScale = 1000

/** The environment variable by which the shell's own port tells the prompt for whom it asks. */
export const shellTicketEnv = 'P8A_SHELL_TICKET'
