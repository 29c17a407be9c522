// Lets an engine lose the first part of one of the pieces of a large file that were pushed last. Begun by a case of faults, where the engine is reached.
import { connect } from '@nats-io/transport-node'

const connection = await connect({ servers: process.argv[2] ?? '' })

async function ask<T>(what: string, body: object): Promise<T> {
  const answer = await connection.request(`$JS.API.STREAM.${what}`, JSON.stringify(body), { timeout: 10_000 })
  return answer.json<T>()
}

const { streams } = await ask<{ streams: string[] }>('NAMES', {})
const stream = streams.find(name => name.endsWith('-images')) ?? ''
const { state } = await ask<{ state: { subjects: object } }>(`INFO.${stream}`, { subjects_filter: `${stream}.*.*.*.0` })
const firsts: { seq: number; subject: string }[] = []
for (const subject of Object.keys(state.subjects))
  firsts.push(
    (await ask<{ message: { seq: number; subject: string } }>(`MSG.GET.${stream}`, { last_by_subj: subject })).message,
  )
// Behind the pieces come one pack of small files, and the sheet.
const lost = firsts.toSorted((one, other) => one.seq - other.seq).at(-4)
const { purged } = await ask<{ purged: number }>(`PURGE.${stream}`, { filter: lost?.subject })
await connection.close()
if (purged !== 1) throw new Error(`${purged} parts are lost`)
