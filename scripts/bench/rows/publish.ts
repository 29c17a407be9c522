// Events from one pod to the runs that subscribe.
import { callBetween } from './pods-that-call.ts'
import type { Row } from './row.ts'

export const publish: Row = {
  id: 'publish',
  title: 'events to 1 and to 10 subscribers',
  how: 'A pod publishes small events, at most 20,000 ahead of the slowest subscriber, until each subscriber has all of them. The row shows events published a second.',
  figures: [
    { id: 'to-1', title: 'events a second, 1 subscriber', unit: 'events', aim: '' },
    { id: 'to-10', title: 'events a second, 10 subscribers', unit: 'events', aim: '' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const count = session.options.isQuick ? 50_000 : 300_000
    await callBetween(session, { scale: 10 }, async (call, scale) => {
      for (const subscribers of [10, 1]) {
        await scale(subscribers)
        for (let round = session.rounds({ full: 5, quick: 2 }); round > 0; round--) {
          session.samples.add(`to-${subscribers}`, (await call('publish', count, subscribers)) as number)
        }
      }
    })
  },
}
