// What a run of a script has written, as a stream of bytes. If the host goes away meanwhile, the next host goes on from
// there.
import { P8aError } from '../../protocol/errors.ts'

type OutputOptions = {
  run?: string | undefined
  offset?: number | undefined
  /** Go on until the run is over. */
  follow?: boolean | undefined
}

/** How the host is asked. */
type OutputHost = {
  /** The id of the newest run. */
  newest: () => Promise<string>
  /** The bytes of a run from an offset on. */
  open: (from: { run: string; offset: number; follow: boolean }) => AsyncIterable<Uint8Array>
  /** Resolves once there is a host. */
  present: () => Promise<void>
}

/** @throws {P8aError} what the host answers */
export async function* readOutput(
  { newest, open, present }: OutputHost,
  { run, offset = 0, follow = false }: OutputOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  // The newest run is meant at first, and that one from then on.
  let meant = run
  for (let next = offset; ; ) {
    try {
      meant ??= await newest()
      for await (const bytes of open({ run: meant, offset: next, follow })) {
        next += bytes.length
        yield bytes
      }
      return
    } catch (error) {
      if (!(error instanceof P8aError && error.code === 'host_gone')) throw error
      await present()
    }
  }
}
