// What every part of the page works with: what is known, the words, and what can be done.
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Act, QueueAct, WorkOn } from '../state/may.ts'
import type { Route, Tab, View } from '../state/route.ts'
import type { Store } from '../state/store.ts'
import type { Lines } from '../wire/lines.ts'
import type { Amounts } from '../words/amounts.ts'
import type { Language, Say } from '../words/words.ts'

export type Theme = 'auto' | 'light' | 'dark'

export type Desk = {
  store: Store
  say: Say
  amounts: Amounts
  language: Language
  theme: Theme
  nowMs: number
  route: Route
  /** The connection; undefined before we are signed in. */
  lines: Lines | undefined
  /** Asks the host. @throws {WireError} */
  ask<M extends MethodName>(method: M, params: MethodInput<M>): Promise<MethodResults[M]>
  /** Does something to a pod, after a question where it hurts. */
  act(act: Act, pod: PodStatus): void
  /** Goes over to a version, after a question. */
  runVersion(pod: PodStatus, version: number): void
  /** Lets a gateway hold the requests for a pod or group, after a question, or let them go on. */
  hold(act: 'pause' | 'resume', what: { gateway: PodStatus; to: string }): void
  /** Does something to a queue or to items of it, after a question where it hurts. */
  work(act: QueueAct, what: WorkOn, onDone: () => void): void
  /** Ends a token, after a question. */
  endToken(name: string, onEnded: () => void): void
  linkTo(place: { view: View; pod?: string; tab?: Tab }): string
  useToken(token: string): void
  signOut(): void
  tryNow(): void
  speak(language: Language): void
  paint(theme: Theme): void
}
