// A crowd in a process of its own: options as JSON in argv, `here` on stdout once all have come, and it goes when its stdin
// ends. Real strangers are on machines of their own, so it takes only the processor time that nobody else wants.
import { constants, setPriority } from 'node:os'
import { Crowd } from './crowd.ts'

setPriority(constants.priority.PRIORITY_LOW)

const crowd = new Crowd(JSON.parse(process.argv[2] ?? '{}'))
process.stdin.resume().once('end', () => {
  process.stdout.write(`${JSON.stringify({ size: crowd.size, sentAway: crowd.sentAway })}\n`)
  crowd.go()
})
await crowd.come()
process.stdout.write('here\n')
