// Samples that are put stand where those that are summed up stand, and are escaped as prom-client escapes those.
import * as client from 'prom-client'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { promSeries } from '../../../daemon/verbs/prom-series.ts'
import { labelText } from '../../../daemon/verbs/series.ts'

test('promSeries() makes the same text of a sample that is put as of one that is added', async () => {
  const odd = { namespace: 'a"b', pod: 'back\\slash\n"$&', slot: 3 }
  const told = async (how: 'put' | 'add') => {
    const { make, text } = promSeries(client)
    const series = make.gauge('odd', 'About "odd" ones', Object.keys(odd))
    if (how === 'put') series.put(1.5, labelText(odd))
    else series.add(1.5, odd)
    make.counter('total', 'Without labels').add(2)
    return await text()
  }
  assert.is(await told('put'), await told('add'))
  assert.match(await told('put'), 'pod="back\\\\slash\\n\\"$&",slot="3"} 1.5\n\n# HELP p8a_total')
})

test('promSeries() sums up what is added with the same labels, and tells the head of what has no sample', async () => {
  const { make, text } = promSeries(client)
  const series = make.counter('seen_total', 'Seen', ['by'])
  series.add(1, { by: 'a' })
  series.add(2, { by: 'a' })
  make.gauge('none', 'None', ['by'])
  const head = '# HELP p8a_seen_total Seen\n# TYPE p8a_seen_total counter\np8a_seen_total{by="a"} 3\n'
  assert.is(await text(), `${head}\n# HELP p8a_none None\n# TYPE p8a_none gauge\n`)
})

test.run()
