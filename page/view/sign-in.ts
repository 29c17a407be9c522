// Signing in: by the link of `pod page`, or with a token.
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { Choices } from './choices.ts'
import type { Desk } from './desk.ts'
import { html } from './html.ts'

export function SignIn({ desk }: { desk: Desk }): VNode {
  const { store, say } = desk
  const [token, setToken] = useState('')
  const { link } = store
  const why =
    link.is === 'refused' ? say('sign.refused', { why: link.why }) : link.is === 'signed-out' ? link.why : undefined
  const onSubmit = (event: Event) => {
    event.preventDefault()
    if (token.trim() !== '') desk.useToken(token.trim())
  }
  return html`<main class="sign-in">
    <form class="card" onSubmit=${onSubmit}>
      <p class="logo" aria-hidden="true">p8a</p>
      <h1>${say('sign.title')}</h1>
      ${why && html`<p class="trouble" role="alert">${why}</p>`}
      <p>${say('sign.how')}</p>
      <pre class="command"><code>pod page</code></pre>
      <p>${say('sign.then')}</p>
      <label for="token">${say('sign.token')}</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        spellcheck=${false}
        value=${token}
        onInput=${(event: InputEvent) => setToken((event.target as HTMLInputElement).value)}
      />
      <div class="buttons">
        <button class="primary" type="submit">${say('sign.in')}</button>
        ${link.is === 'refused' && html`<button type="button" onClick=${desk.tryNow}>${say('sign.again')}</button>`}
      </div>
    </form>
    <footer><${Choices} desk=${desk} /></footer>
  </main>`
}
