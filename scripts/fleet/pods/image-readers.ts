// Hosts that take an image from the engine at once, each over a connection of its own. Begun by a case of faults; writes a line when all have it, and it is whole.
import { createHash } from 'node:crypto'
import { NatsEngine } from '../../../pods/fleet/nats/engine.ts'

const { servers, fleet, names, hash } = JSON.parse(process.argv[2] ?? '{}') as {
  servers: string[]
  fleet: string
  names: string[]
  hash: string
}

async function read(host: string): Promise<void> {
  const engine = new NatsEngine({ servers, fleet, host, replicas: 3 })
  await engine.open()
  const opened = await engine.blobs.open(hash)
  if (!opened.ok || !opened.value) throw new Error(`${host} does not find it: ${JSON.stringify(opened)}`)
  const found = createHash('sha256')
  for await (const part of opened.value) found.update(part)
  if (found.digest('hex') !== hash) throw new Error(`${host} has other bytes`)
  await engine.close()
}

await Promise.all(names.map(read))
process.stdout.write('whole\n')
process.exit()
