// A start on a fleet until the pod is up, beside one on a host alone.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BenchFleet } from '../fleet-of.ts'
import type { Row } from './row.ts'

const app = fileURLToPath(new URL('../apps/called.mjs', import.meta.url))

export const fleetStart: Row = {
  id: 'fleet-start',
  title: 'start on a fleet until up',
  how: 'From `pod.start` over an open connection until it is answered, which is when the pod is up. On the fleet (three hosts, three servers of NATS) the pod goes to the host that is asked, or to another one, which has its image by then. Bare: the same pod on a host of the fleet, without the fleet.',
  figures: [
    { id: 'here', title: 'start on the fleet until up, on the host that is asked', unit: 'ms', aim: '' },
    { id: 'there', title: 'start on the fleet until up, on another host', unit: 'ms', aim: '' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { samples } = session
    await using fleet = await BenchFleet.open(session, { hosts: 3 })
    const client = await fleet.first.client()
    try {
      const code = readFileSync(app, 'utf8')
      for (const path of ['', 'fleet']) await client.call('pod.push', { name: 'app', code, file: 'app.mjs', path })
      const startMs = async (path: string, config: object) => {
        const sinceMs = performance.now()
        await client.call('pod.start', { name: 'app', path, config })
        const tookMs = performance.now() - sinceMs
        await client.call('pod.stop', { name: 'app', path })
        return tookMs
      }
      const [here, there] = [{ on: { tag: 'a' } }, { on: { tag: 'b' } }]
      // The first ones bring the image.
      for (const config of [here, there]) await startMs('fleet', config)
      await startMs('', {})
      for (let round = session.rounds({ full: 20, quick: 5 }); round > 0; round--) {
        const bareMs = await startMs('', {})
        samples.add('here', await startMs('fleet', here))
        samples.add('there', await startMs('fleet', there))
        for (const figure of ['here', 'there']) samples.addBare(figure, bareMs)
      }
    } finally {
      client.close()
    }
  },
}
