// What is no plain English: turns of a dialect that grew in this house, each with what to write in its place. A rule would rather miss
// a case than blame a good sentence, since what it finds fails the check.

export type Rule = { name: string; pattern: RegExp; instead: string }

/** What may stand between "has" and the one who is made to act. */
const article = '(?:the|a|an|every|each|its|all|another|one|both|several|whoever)'
/** Verbs that are not nouns as well, so that "has the root do it" is told from "has the root". */
const verb = '(?:do|leave|come|wait|collect|spawn|say|tell|give|make|write|go|begin|become|die|fail|listen|take|keep)'
/** Words that cannot be the one who acts. */
const noActor =
  '(?!(?:to|and|or|that|which|who|not|no|nothing|of|in|at|as|with|for|more|less|than|met|taken|[a-z]+ed)\\b)'

/** Each is tried on one sentence, in which code stands as `CODE`. */
export const rules: readonly Rule[] = [
  {
    name: 'a causative "has"',
    pattern: new RegExp(
      `\\b[Hh](?:as|ave|ad|aving) (?:${article} )?(?:${noActor}[a-zA-Z0-9]+ ){1,2}${verb}\\b(?! not\\b)`,
    ),
    instead: 'makes, lets, tells or asks … to',
  },
  {
    name: 'a causative "has" that begins',
    pattern: new RegExp(`^Has (?:every|each|all|the|an?) [^?]*?\\b${verb} (?:its|the|an?|what|it)\\b`),
    instead: 'Makes, lets, tells or asks … to',
  },
  {
    name: 'a "who" without anyone',
    pattern: /\b(?:for|to|with|by|from|than|beside|of) who\b(?! (?:I|you|we)\b)/,
    instead: 'anyone who, whoever',
  },
  {
    name: 'a sentence about "who"',
    pattern:
      /(?:^|; )[Ww]ho (?:has|asks|reads|wants|waits|does|comes|is|calls|looks|knows)\b[^:?]*\b(?:gets|may|finds|sees|must|cannot|is told)\b/,
    instead: 'anyone who, whoever',
  },
  {
    name: 'a fronted "of"',
    pattern: /^Of (?:what|that|which|those|whom|it|them|whose)\b/,
    instead: 'the subject first',
  },
  {
    name: 'to be "at" a thing',
    pattern: /\bwhat (?:\w+ ){1,3}(?:is|are|was|were) at(?=[.,;:]|$)/i,
    instead: 'what it does',
  },
  {
    name: 'an old word',
    pattern:
      /\b(?:lest|whence|thence|whereof|thereof|wherein|therein|hitherto|ere|albeit|whilst|unto|nought|aught|yonder|henceforth)\b/i,
    instead: 'so that … not, from where, of it, in which, until now, although, while',
  },
  {
    name: 'an inverted sentence',
    pattern: /(?:^|[;:] )(?:Not (?:here )?is|Nor is|Nor are|Neither is|So is|No more is|Well may|Gladly)\b/,
    instead: 'subject, verb, object',
  },
  {
    name: '"such as have"',
    pattern: /\bsuch as (?:have|has|are|is|were|do)\b/i,
    instead: 'those that',
  },
]
