// The program that reads one large image: it reads the source and the code from stdin, and writes what it finds to
// stdout. It is a process of its own, so that the host neither waits for the parser nor keeps its memory.
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
