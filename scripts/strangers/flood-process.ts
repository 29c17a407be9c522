// A flood in a process of its own: options as JSON in argv, `here` on stdout once all have come, and it goes when its stdin ends.
import { Flood } from './flood.ts'

const flood = new Flood(JSON.parse(process.argv[2] ?? '{}'))
process.stdin.resume().once('end', () => {
  process.stdout.write(`${JSON.stringify({ answers: flood.answers, refusals: flood.refusals })}\n`)
  flood.go()
})
await flood.come()
process.stdout.write('here\n')
