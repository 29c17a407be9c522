// A log that lives: follows, searches on the host, and keeps no more than a few thousand lines.
import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { fullName } from '../../protocol/pod-order.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { type Block, countOf, emptyTail, hasRoom, type Tail, withNewer, withOlder } from '../state/tail.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'
import { LogLine } from './log-line.ts'

export type LogOf = { path: string; name?: string; run?: string }

/** How many lines are asked for at a time. */
const someLines = 500
/** How long nobody types before the search begins. */
const typingMs = 250

export function Log({ desk, of }: { desk: Desk; of: LogOf }): VNode {
  const { say, lines, store } = desk
  const [typed, setTyped] = useState('')
  const [grep, setGrep] = useState('')
  const [tail, setTail] = useState<Tail>(emptyTail)
  const [isWrapped, setWrapped] = useState(true)
  const [isFollowing, setFollowing] = useState(true)
  const [isKnown, setKnown] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const top = useRef(0)
  useEffect(() => {
    const timer = setTimeout(() => setGrep(typed.trim()), typingMs)
    return () => clearTimeout(timer)
  }, [typed])
  const isLive = store.link.is === 'live'
  const pod = of.name === undefined ? undefined : store.pods.get(fullName({ path: of.path, name: of.name }))
  // Which run said it, where there are several.
  const withRun = of.name === undefined || (of.run === undefined && pod !== undefined && pod.runs.length > 1)
  const key = `${of.path} ${of.name} ${of.run} ${grep}`
  useEffect(() => {
    if (!lines || !isLive) return
    setTail(emptyTail)
    setKnown(false)
    let isFirst = true
    const query = { ...of, limit: someLines, ...(grep === '' ? {} : { grep }) }
    const following = lines.values<LogEntry[]>('pod.logs', { ...query, stream: true, follow: true }, batches => {
      const entries = batches.flat()
      const isCut = isFirst && entries.length >= someLines
      isFirst = false
      setKnown(true)
      setTail(before => (isCut ? { ...withNewer(before, entries), isCut } : withNewer(before, entries)))
    })
    following.done.catch(() => {})
    // Nothing comes where there is nothing.
    const none = setTimeout(() => setKnown(true), 1500)
    return () => {
      clearTimeout(none)
      following.cancel()
    }
  }, [lines, isLive, key])
  useLayoutEffect(() => {
    const element = box.current
    if (element && isFollowing) element.scrollTop = element.scrollHeight
  }, [tail, isFollowing, isWrapped])
  const onScroll = () => {
    const element = box.current
    if (!element) return
    const { scrollTop } = element
    // Lines that come move nothing up: only a reader does.
    if (element.scrollHeight - scrollTop - element.clientHeight < 24) setFollowing(true)
    else if (scrollTop < top.current - 4) setFollowing(false)
    top.current = scrollTop
  }
  const onOlder = async () => {
    const first = tail.blocks[0]?.entries[0]
    const element = box.current
    if (!first || !element) return
    const { entries, truncated } = await desk.ask('pod.logs', {
      ...of,
      limit: someLines,
      until: first.time,
      ...(grep === '' ? {} : { grep }),
    })
    const below = element.scrollHeight - element.scrollTop
    setTail(before => withOlder(before, entries, truncated || entries.length >= someLines))
    requestAnimationFrame(() => {
      element.scrollTop = element.scrollHeight - below
    })
  }
  const count = countOf(tail)
  return html`<div class="log-view">
    <div class="bar">
      <input
        type="search"
        placeholder=${say('log.search')}
        aria-label=${say('log.search')}
        title=${say('log.search.help')}
        value=${typed}
        onInput=${(event: InputEvent) => setTyped((event.target as HTMLInputElement).value)}
      />
      <label class="check">
        <input type="checkbox" checked=${isWrapped} onChange=${() => setWrapped(!isWrapped)} />${say('log.wrap')}
      </label>
      <label class="check">
        <input type="checkbox" checked=${isFollowing} onChange=${() => setFollowing(!isFollowing)} />${say('log.follow')}
      </label>
      <span class="quiet" role="status">${isKnown ? say('log.lines', { count }) : ''}</span>
    </div>
    <div
      class="log ${isWrapped ? 'wrapped' : ''}"
      ref=${box}
      tabindex="0"
      role="log"
      aria-live="off"
      aria-label=${say('tab.log')}
      onScroll=${onScroll}
    >
      ${
        tail.isCut &&
        html`<p class="older">
          ${
            hasRoom(tail)
              ? html`<button type="button" onClick=${() => void onOlder().catch(() => {})}>${say('log.show.older')}</button>`
              : say('log.older')
          }
        </p>`
      }
      ${isKnown && count === 0 && html`<p class="older quiet">${say('log.none')}</p>`}
      ${tail.blocks.map(
        block => html`<${Lines} key=${block.key} desk=${desk} block=${block} grep=${grep} withRun=${withRun} />`,
      )}
    </div>
  </div>`
}

type LinesOf = { desk: Desk; block: Block; grep: string; withRun: boolean }

/** Made again only if the block has other lines: not with each tick of the page. */
function Lines({ desk, block, grep, withRun }: LinesOf): VNode {
  return useMemo(
    () =>
      html`<div class="block">
        ${block.entries.map(
          (entry, at) => html`<${LogLine} key=${at} desk=${desk} entry=${entry} grep=${grep} withRun=${withRun} />`,
        )}
      </div>`,
    [block, grep, withRun, desk.language],
  )
}
