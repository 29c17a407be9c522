// Counts aloud, twenty times a second, and tells the count over HTTP. Its params are checked by an npm package, which
// `pod push` bundles into it.
//   pod push local counter counter.ts && pod start local counter --port 8080 && curl localhost:8080
import { createServer } from 'node:http'
import type { Pod } from 'p8a'
import * as v from 'valibot'

const schema = v.object({ port: v.optional(v.pipe(v.string(), v.transform(Number), v.integer()), '8080') })

const counter: Pod = async (params, bus) => {
  const { port } = v.parse(schema, params)
  let count = 0
  setInterval(() => console.log(`count ${++count}`), 50)
  const server = createServer((_, response) => response.end(JSON.stringify({ count, pid: process.pid })))
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  bus.emit('status', 'up', `counting on port ${port}`)
  return () => server.close()
}

export default counter
