// The samples that ship logs read the lines that runs write, from where they lie. Not here: the programs themselves, which Debian does not have.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { root } from '../paths.ts'

const sample = (name: string) => parse(readFileSync(join(root, 'etc/logs', name), 'utf8'))
const files = '/var/lib/p8a/logs/*/*.log'
const file = '/var/lib/p8a/logs/web/7.log'

/** A pattern as these programs write it. */
const pattern = (text: string) => new RegExp(text.replaceAll('(?P<', '(?<'))

test('vector.yaml takes a line apart, and the name of its file', () => {
  const { sources, transforms } = sample('vector.yaml')
  assert.equal(sources.pods.include, [files])
  const [ofLine = '', ofFile = ''] = [...transforms.lines.source.matchAll(/r'(.*?)'\)/g)].map(([, text]) => text)
  const line = '2026-11-20T10:00:00.123456789Z stderr F a text'
  assert.equal(
    { ...pattern(ofLine).exec(line)?.groups },
    {
      timestamp: '2026-11-20T10:00:00.123456789Z',
      stream: 'stderr',
      flag: 'F',
      message: 'a text',
    },
  )
  assert.is(pattern(ofLine).exec('2026-11-20T10:00:00.123456789Z stdout F ')?.groups?.message, '')
  assert.equal({ ...pattern(ofFile).exec(file)?.groups }, { pod: 'web', run: '7' })
})

test('fluent-bit.yaml reads the files by the parser for their format', () => {
  const [input] = sample('fluent-bit.yaml').pipeline.inputs
  assert.equal([input.name, input.path, input['multiline.parser']], ['tail', files, 'cri'])
})

test('promtail.yaml reads the files by the stage for their format, and finds the pod', () => {
  const [{ static_configs: where, pipeline_stages: stages }] = sample('promtail.yaml').scrape_configs
  assert.is(where[0].labels.__path__, files)
  assert.ok('cri' in stages[0])
  assert.is(pattern(stages[1].regex.expression).exec(file)?.groups?.pod, 'web')
})

test.run()
