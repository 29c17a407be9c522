// Asks the engine of a trial itself, from the place of one of its servers: what it has of the values of the fleet, and who leads.
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { until } from '../../../test/until.ts'
import type { TrialFleet } from './fleet.ts'

export type Told = { leader: string; consumers: number; atMs: number }

const root = fileURLToPath(new URL('../../..', import.meta.url))
const asking = `
import { connect } from '@nats-io/transport-node'
const connection = await connect({ servers: process.argv[1] })
const { streams } = (await connection.request('$JS.API.STREAM.LIST', '', { timeout: 5000 })).json()
const { cluster, state, ts } = streams.find(({ config }) => config.name.startsWith('KV_'))
console.log(JSON.stringify({ leader: cluster.leader, consumers: state.consumer_count, atMs: Date.parse(ts) }))
await connection.close()
`

/** Which server leads the values of the fleet, how many watch them, and what time it is there. */
export async function askEngine({ network, engines, hosts }: TrialFleet): Promise<Told> {
  const [engine = ''] = engines.names
  const url = network.urlOf(hosts[0]?.name ?? '', engine)
  const args = ['--input-type=module', '--eval', asking, url]
  const [program = '', ...more] = [...network.at(engine), process.execPath, ...args]
  return await until(async () => {
    const { stdout, failed } = await execa(program, more, { cwd: root, reject: false })
    return !failed && (JSON.parse(stdout) as Told)
  }, 'the engine tells who leads')
}
