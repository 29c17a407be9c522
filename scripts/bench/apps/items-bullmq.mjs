// A worker of BullMQ that does nothing with its items, 16 at a time, as that of p8a.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [, , peers, port] = process.argv
const { Worker } = createRequire(join(peers, 'x.js'))('bullmq')
const nowMs = () => Number(process.hrtime.bigint()) / 1e6
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null }

const worker = new Worker('items', async ({ name, data }) => (name === 'late' ? nowMs() - data : undefined), {
  connection,
  concurrency: 16,
})
worker.on('error', () => {})
await worker.waitUntilReady()
process.stdout.write('ready\n')
