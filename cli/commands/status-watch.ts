// pod status --watch: the status again whenever it changes; in place on a terminal, one below the other elsewhere.
import type { PodStatus } from '../../protocol/words.ts'
import type { Context } from '../argv/command.ts'
import { environment } from '../environment.ts'
import { findRemote } from '../remote/remotes.ts'
import { printErr } from '../say/print.ts'
import { endWithReader } from '../say/reader.ts'
import { drawInPlace } from '../top/in-place.ts'
import { Watched } from '../top/watched.ts'
import { Cut } from '../top/wrap.ts'

/** How often it is shown at most. */
const showMs = { inPlace: 200, below: 1000 }
/** In place, times are counted on. */
const tickMs = 1000

/** What is shown of the pods that are asked about: a value for scripts, a text for people. */
type Show = (pods: PodStatus[]) => Promise<{ value: unknown; text: string }>
/** `names`: the pods that are meant; none: all. */
type Asked = { remote: string; names: readonly string[]; usage: boolean; show: Show }

/**
 * Shows it until the reader is gone, or until all pods that were named are removed.
 * @throws {P8aError} if there is no such host to begin with; what no further try cures
 */
export async function watchStatus({ remote: remoteName, names, usage, show }: Asked, context: Context): Promise<void> {
  const { output } = context
  const remote = findRemote(remoteName, context.dataDir)
  const ending = new AbortController()
  const signal = context.signal ? AbortSignal.any([context.signal, ending.signal]) : ending.signal
  const inPlace = output.isTerminal && !output.json && environment.terminal !== 'dumb'
  const cut = await Cut.load()
  let [wasLost, isFirst] = [false, true]
  let due: ReturnType<typeof setTimeout> | undefined
  const watched = await Watched.open({ remote, reach: context, signal, within: false, usage, onChange })
  const release = endWithReader()
  const tick = inPlace ? setInterval(printOrEnd, tickMs) : undefined
  try {
    await watched.run()
  } finally {
    clearInterval(tick)
    clearTimeout(due)
    release()
  }
  if (ending.signal.aborted && ending.signal.reason instanceof Error) throw ending.signal.reason

  function onChange({ link }: Watched): void {
    const isLost = link.is === 'lost'
    if (!inPlace && isLost !== wasLost) printErr(isLost ? 'The host is away, trying again\n' : 'The host is back\n')
    wasLost = isLost
    // What is, is shown at once; only what changes is put together.
    const waitMs = inPlace ? showMs.inPlace : showMs.below
    if (watched.isKnown) due ??= setTimeout(printOrEnd, isFirst ? 0 : waitMs)
  }

  function printOrEnd(): void {
    print().catch(error => ending.abort(error))
  }

  async function print(): Promise<void> {
    clearTimeout(due)
    due = undefined
    if (!watched.isKnown) return
    const pods = [...watched.pods.values()].filter(pod => names.length === 0 || names.includes(pod.name))
    if (names.length > 0 && pods.length === 0) return ended()
    const { value, text } = await show(pods.map(pod => watched.now(pod)))
    if (inPlace) drawInPlace(wasLost ? `The host is away, trying again\n\n${text}` : text, { cut, isFirst })
    else if (wasLost) return
    else output.answer(value, () => (isFirst ? text : `\n${text}`))
    isFirst = false
  }

  /** That a pod is removed is no fault of the one who looks at it. */
  function ended(): void {
    printErr(`${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} removed\n`)
    ending.abort(null)
  }
}
