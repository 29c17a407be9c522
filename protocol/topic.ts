// What a pattern of topics looks like: subscribers are checked by it in their own process, and by their host.

/** Parts between dots: `*` is one part, `**` at the end is one or more. */
const patternSyntax = /^(?:(?:\*|[^.*\s]+)\.)*(?:\*\*?|[^.*\s]+)$/

export function isTopicPattern(pattern: unknown): pattern is string {
  return typeof pattern === 'string' && patternSyntax.test(pattern)
}
