// Once another host has what this one had, this process must not change anything any more, whatever of it is still under
// way: there is one writer of state.
import { P8aError } from '../../protocol/errors.ts'

let isSealed = false

/** From now on {@link checkUnsealed} throws. There is no way back: this process only waits for its end. */
export function seal(): void {
  isSealed = true
}

/** @throws {P8aError} `host_gone` once this process is sealed */
export function checkUnsealed(): void {
  if (isSealed) throw new P8aError('host_gone', 'Another host has taken over from this one')
}
