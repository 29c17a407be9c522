// The program that reads one large image: its source and code on stdin, what is known of it on stdout. A process of its
// own, so that the host neither waits while it parses nor keeps what that took.
import { text } from 'node:stream/consumers'
import { P8aError, toWireError } from '../../protocol/errors.ts'
import { inspectImage } from './inspect.ts'

const input = await text(process.stdin)
const end = input.indexOf('\n')
try {
  const inspected = inspectImage(input.slice(end + 1), JSON.parse(input.slice(0, end)))
  process.stdout.write(JSON.stringify({ inspected }))
} catch (error) {
  if (!(error instanceof P8aError)) throw error
  process.stdout.write(JSON.stringify({ error: toWireError(error) }))
}
