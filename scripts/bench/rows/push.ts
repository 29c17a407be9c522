// Large bundles.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { nowMs } from '../clock.ts'
import { memoryOf } from '../processes.ts'
import type { Row } from './row.ts'

const sizesMB = [1, 20]

export const push: Row = {
  id: 'push',
  title: 'push of a bundle of 1 MB and of 20 MB',
  how: 'A pod that holds a text of 1 MB or 20 MB, another one each time, is stored as a new version: by `pod push local big FILE` in a shell, which also bundles it, and over an open connection. The row also shows the resident memory of the daemon before the first push and 3 s after the last.',
  figures: [
    { id: 'typed-1', title: 'push 1 MB, typed in a shell', unit: 'ms', aim: '' },
    { id: 'open-1', title: 'push 1 MB, open connection', unit: 'ms', aim: '' },
    { id: 'typed-20', title: 'push 20 MB, typed in a shell', unit: 'ms', aim: '' },
    { id: 'open-20', title: 'push 20 MB, open connection', unit: 'ms', aim: '' },
    { id: 'rss-before', title: 'RSS of the manager before the pushes', unit: 'MB', aim: '' },
    { id: 'rss-after', title: 'RSS of the manager after the pushes', unit: 'MB', aim: 'flat' },
  ],
  isFor: manager => manager.connect !== undefined && manager.push !== undefined,
  async measure(session) {
    const { manager, samples } = session
    await manager.up([])
    samples.add('rss-before', memoryOf(...manager.daemonPids()).rssMB)
    const connection = await manager.connect?.()
    for (const sizeMB of sizesMB) {
      for (let round = session.rounds({ full: 5, quick: 2 }); round > 0; round--) {
        const file = join(session.dir, 'big.js')
        writeFileSync(file, podOf(sizeMB, `typed ${round}`))
        samples.add(`typed-${sizeMB}`, (await manager.push?.('big', file)) ?? NaN)
        const code = podOf(sizeMB, `open ${round}`)
        const startMs = nowMs()
        await connection?.push('big', code)
        samples.add(`open-${sizeMB}`, nowMs() - startMs)
      }
    }
    connection?.close()
    await delay(3000)
    samples.add('rss-after', memoryOf(...manager.daemonPids()).rssMB)
  },
}

function podOf(sizeMB: number, mark: string): string {
  const line = '0123456789abcdef'.repeat(4)
  const lines = Array.from({ length: Math.ceil((sizeMB * 1e6) / (line.length + 6)) }, () => `  '${line}',`)
  return `// ${mark}\nexport const mark = () => '${mark}'\nconst text = [\n${lines.join('\n')}\n]\nexport default async () => console.log(text.length)\n`
}
