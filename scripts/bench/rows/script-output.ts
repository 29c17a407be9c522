// A large output of one script: written, stored, and read back over HTTP.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { nowMs } from '../clock.ts'
import { peakMB } from '../processes.ts'
import { ViewClient } from '../view-client.ts'
import type { Row } from './row.ts'

const megabytes = 100
const script = `yes ${'x'.repeat(98)} | head -c ${megabytes}000000\n`

export const scriptOutput: Row = {
  id: 'script-output',
  title: '100 MB of output of a script',
  how: 'A script writes 100 MB in lines of 99 bytes. The row shows the rate from its start until its record has its end, the rate at which `GET /processes/:id/output` then reads the output, and the most memory that the host had. Bare: the same script, whose output the shell writes to a file.',
  figures: [
    { id: 'stored', title: 'output of a script: stored', unit: 'MB', aim: '' },
    { id: 'read', title: 'output of a script: read back', unit: 'MB', aim: '' },
    { id: 'peak', title: 'output of a script: most memory of the host', unit: 'MB', aim: 'flat' },
  ],
  isFor: manager => manager.view !== undefined,
  async measure(session) {
    const { manager, samples, dir } = session
    await manager.up([])
    const view = manager.view?.()
    if (!view) return
    const client = new ViewClient(view)
    await client.createScript('large', script)
    await client.createScript('truth', 'true\n')
    await client.start('truth')
    await client.allEnded('truth')
    for (let round = session.rounds({ full: 5, quick: 2 }); round > 0; round--) {
      samples.addBare('stored', await rate(() => bare(join(dir, 'bare.out'))))
      let id = ''
      const stored = await rate(async () => {
        id = await client.start('large')
        await client.allEnded('large')
      })
      samples.add('stored', stored)
      let bytes = 0
      const read = await rate(async () => {
        bytes = await client.outputBytes(id)
      })
      if (bytes !== megabytes * 1e6) throw new Error(`${bytes} bytes came back`)
      samples.add('read', read)
      samples.add('peak', peakMB(manager.daemonPids()[0] ?? 0))
    }
    client.close()
  },
}

async function bare(file: string): Promise<void> {
  await once(spawn('/bin/sh', ['-c', script], { stdio: ['ignore', openSync(file, 'w'), 'ignore'] }), 'exit')
}

/** In megabytes a second. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const sinceMs = nowMs()
  await work()
  return (megabytes / (nowMs() - sinceMs)) * 1000
}
