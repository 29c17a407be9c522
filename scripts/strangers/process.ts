// A crowd in a process of its own, so that it costs whoever measures nothing but a core: options as JSON in argv, `here`
// on stdout once all have come, and it goes when its stdin ends.
import { Crowd } from './crowd.ts'

const crowd = new Crowd(JSON.parse(process.argv[2] ?? '{}'))
process.stdin.resume().once('end', () => {
  process.stdout.write(`${JSON.stringify({ size: crowd.size, sentAway: crowd.sentAway })}\n`)
  crowd.go()
})
await crowd.come()
process.stdout.write('here\n')
