// The whole page: signing in, or the frame with what is open in it.
import type { VNode } from 'preact'
import { useEffect, useReducer } from 'preact/hooks'
import type { Desk } from './desk.ts'
import { Frame } from './frame.ts'
import { html } from './html.ts'
import { SignIn } from './sign-in.ts'

/** @param onDraw calls back whenever something has changed; returns a function that ends this */
export function App({ deskNow, onDraw }: { deskNow: () => Desk; onDraw: (draw: () => void) => () => void }): VNode {
  const [, draw] = useReducer<number, void>(count => count + 1, 0)
  useEffect(() => onDraw(() => draw()), [onDraw])
  const desk = deskNow()
  const { is } = desk.store.link
  return is === 'signed-out' || is === 'refused' ? html`<${SignIn} desk=${desk} />` : html`<${Frame} desk=${desk} />`
}
