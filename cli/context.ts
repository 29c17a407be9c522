// What every command gets beside its own arguments. It must not load anything: `pod status` has to feel like `ls`.

import type { Options } from './argv/options.ts'
import { dataDir } from './host/data-dir.ts'
import type { Output } from './say/output.ts'

export type Context = {
  output: Output
  /** The data directory that `local` and `pod host …` mean; absolute. */
  dataDir: string
  /** A token that was given for this command only. */
  token: string | undefined
  /** Ends its connections, whatever they are doing: Ctrl-C in the shell. */
  signal?: AbortSignal | undefined
}

export function openContext(options: Options, output: Output): Context {
  return {
    output,
    dataDir: dataDir(options.text('data')),
    token: options.text('token') ?? (process.env.P8A_TOKEN || undefined),
  }
}
