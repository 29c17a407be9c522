// What a run hears about its keeper.
import type { ScriptNote, ServiceEnd, ServiceSaid } from '../../protocol/keeper.ts'

type RunWatcher<End> = {
  /** A keeper that dialled keeps the run. */
  onKept(pid: number): void
  /** A keeper that dialled does not keep the run. */
  onNotKept(): void
  onEnded(end: End): void
  /** Its keeper is gone, or the connection to it. */
  onUnlinked(): void
}
export type Watcher = RunWatcher<ScriptNote>
export type ServiceWatcher = RunWatcher<ServiceEnd> & {
  /** It says how it is; a keeper that dialled says all that it has said so far. */
  onSaid(said: ServiceSaid): void
}
