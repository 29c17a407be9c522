// Topics, the patterns that match them, and paths. Pure.
import { isName } from '../../protocol/names.ts'
import { isTopicPattern } from '../../protocol/topic.ts'
import { shown } from '../shown.ts'

const topicSyntax = /^[^.*\s]+(?:\.[^.*\s]+)*$/

/** @throws {TypeError} */
export function checkTopic(topic: string): void {
  if (typeof topic === 'string' && topicSyntax.test(topic)) return
  throw new TypeError(`Cannot publish to ${shown(topic)}: a topic is words with dots between, as orders.paid`)
}

/** Checks the path of a host within one's own; '' is one's own. @throws {TypeError} */
export function checkPath(path: string): void {
  if (typeof path === 'string' && (path === '' || path.split('.').every(isName))) return
  throw new TypeError(`Cannot use events at ${shown(path)}: a path is names with dots between, as inner.second`)
}

/** Tells whether a topic matches a pattern. @throws {TypeError} if it is not a pattern */
export function topicMatcher(pattern: string): (topic: string) => boolean {
  if (!isTopicPattern(pattern)) {
    throw new TypeError(`Cannot subscribe to ${shown(pattern)}: a pattern is a topic, as orders.paid, or orders.*`)
  }
  const parts = pattern.split('.').map(part => {
    if (part === '**') return '.+'
    return part === '*' ? '[^.]+' : part.replace(/[\\^$+?()[\]{}|]/g, '\\$&')
  })
  const whole = new RegExp(`^${parts.join('\\.')}$`)
  return topic => whole.test(topic)
}
