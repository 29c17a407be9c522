// Limits and names that both ends must know, apart from config.ts, which loads more.

/** The most runs a pod may be scaled to. */
export const maxScale = 1000

/** The most that a script may be given on stdin: it has to fit into one message. */
export const maxStdinBytes = 64 * 1024 * 1024

/** The environment variable by which the shell's own port gives the prompt its ticket. */
export const shellTicketEnv = 'P8A_SHELL_TICKET'
