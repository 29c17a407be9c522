// The version of p8a that a program belongs to; the build writes it into each.
import about from '../package.json' with { type: 'json' }

export const version: string = about.version
