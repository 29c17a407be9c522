// A large stream from one pod to another.
import { callBetween } from './pods-that-call.ts'
import type { Row } from './row.ts'

const blockBytes = 64 * 1024

export const stream: Row = {
  id: 'stream',
  title: '1 GB through an async generator',
  how: 'One pod takes 1 GB (with --quick 200 MB), in texts of 64 KiB, from a generator of another pod with `for await`. The row shows the speed, and how much the resident memory of the taker grows from the first quarter to the end.',
  figures: [
    { id: 'speed', title: 'stream: MB a second', unit: 'MB', aim: '' },
    { id: 'grown', title: 'stream: growth of memory', unit: 'MB', aim: 'flat' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const blocks = (session.options.isQuick ? 200e6 : 1e9) / blockBytes
    await callBetween(session, { scale: 1 }, async call => {
      for (let round = session.rounds({ full: 3, quick: 1 }); round > 0; round--) {
        const read = (await call('stream', Math.ceil(blocks), blockBytes)) as { perSecond: number; grownMB: number }
        session.samples.add('speed', read.perSecond)
        session.samples.add('grown', read.grownMB)
      }
    })
  },
}
