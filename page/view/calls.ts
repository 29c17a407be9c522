// Calls a function that a pod exports, with arguments that somebody types.
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { PodStatus } from '../../protocol/words.ts'
import { argsOf } from '../state/args.ts'
import { WireError } from '../wire/wire-error.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

type Told = { isBad: boolean; title: string; text: string }

export function Calls({ desk, pod }: { desk: Desk; pod: PodStatus }): VNode | null {
  const { say, store } = desk
  const [fn, setFn] = useState(pod.exports?.[0] ?? '')
  const [typed, setTyped] = useState('[]')
  const [told, setTold] = useState<Told | undefined>(undefined)
  const exports = pod.exports ?? []
  if (exports.length === 0 || store.me.role === 'read' || pod.up === 0) return null
  const onSubmit = async (event: Event) => {
    event.preventDefault()
    const args = argsOf(typed)
    if (!args) return setTold({ isBad: true, title: say('call.bad'), text: '' })
    try {
      const { path, name } = pod
      const { value, run } = await desk.ask('pod.call', { path, name, fn: fn || (exports[0] ?? ''), args })
      setTold({ isBad: false, title: say('call.result', { run }), text: JSON.stringify(value ?? null, undefined, 2) })
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      setTold({ isBad: true, title: error.message, text: error.hint ?? '' })
    }
  }
  return html`<details>
    <summary>${say('call.title')}</summary>
    <form class="call" onSubmit=${onSubmit}>
      <label>
        <span>${say('call.function')}</span>
        <select onChange=${(event: Event) => setFn((event.target as HTMLSelectElement).value)}>
          ${exports.map(name => html`<option key=${name} value=${name} selected=${name === fn}>${name}</option>`)}
        </select>
      </label>
      <label>
        <span>${say('call.args')}</span>
        <input
          type="text"
          spellcheck=${false}
          autocomplete="off"
          value=${typed}
          onInput=${(event: InputEvent) => setTyped((event.target as HTMLInputElement).value)}
        />
      </label>
      <button type="submit">${say('call.do')}</button>
    </form>
    ${
      told &&
      html`<div role="status">
        <p class=${told.isBad ? 'bad' : 'quiet'}>${told.title}</p>
        ${told.text !== '' && html`<pre class="command">${told.text}</pre>`}
      </div>`
    }
  </details>`
}
