import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { en } from '../../../page/words/en.ts'
import type { Words } from '../../../page/words/keys.ts'
import { chooseLanguage, languages, sayIn } from '../../../page/words/words.ts'
import { root } from '../../paths.ts'

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

test('languages has whole tables: the same keys, with the same places for values, in every form that a number asks for', () => {
  for (const [tag, table] of Object.entries(languages) as [string, Words][]) {
    assert.equal(Object.keys(table), Object.keys(en), tag)
    for (const [key, text] of Object.entries(table)) {
      const own = en[key as keyof typeof en] as string | { other: string }
      assert.is(typeof text, typeof own, `${tag} ${key}`)
      const wanted = places(typeof own === 'string' ? own : own.other)
      const forms = typeof text === 'string' ? { other: text } : text
      for (const form of Object.values(forms)) assert.equal(places(form), wanted, `${tag} ${key}`)
      if (typeof text === 'string') continue
      const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions()
      assert.equal(Object.keys(text).sort(), [...pluralCategories].sort(), `${tag} ${key}`)
    }
  }
})

test('languages says something of its own: no text of one is that of another by oversight', () => {
  // Words that are the same in both.
  const same = new Set([
    'nav.pods',
    'title',
    'list.label',
    'pod.version',
    'pod.script',
    'pod.service',
    'run.pid',
    'tab.versions',
    'run.slot',
    'runs.code',
    'hosts.version',
    'nav.routes',
    'act.of',
  ])
  const oversights = (table: Words) =>
    Object.entries(table).filter(
      ([key, text]) => /[a-z]{4}/.test(String(text)) && text === en[key as keyof typeof en] && !same.has(key),
    )
  assert.equal(oversights(languages.fr), [])
  assert.equal(oversights(languages.ru), [])
})

test('the page says every text that the tables have', () => {
  const files = globSync('page/**/*.ts', { cwd: root, exclude: ['page/words/{en,fr,ru}.ts'] })
  const source = files.map(file => readFileSync(join(root, file), 'utf8')).join('\n')
  // What is put together, as `act.${act}` is.
  const beginnings = [...source.matchAll(/`([a-z.]+\.)\$\{/g)].map(([, beginning = '']) => beginning)
  const unsaid = Object.keys(en).filter(
    key => !source.includes(`'${key}'`) && !beginnings.some(one => key.startsWith(one)),
  )
  assert.equal(unsaid, [])
})

test('sayIn() puts values in, and takes the form for a number', () => {
  assert.is(sayIn('en')('pod.restarts', { count: 1 }), '1 restart')
  assert.is(sayIn('en')('pod.restarts', { count: 1200 }), '1,200 restarts')
  assert.equal(
    [1, 3, 5, 21].map(count => sayIn('ru')('list.shown', { count })),
    ['1 под', '3 пода', '5 подов', '21 под'],
  )
  assert.is(sayIn('fr')('act.of', { act: 'Arrêter', name: 'web' }), 'Arrêter web')
})

test('sayIn() leaves braces of a value alone', () => {
  assert.is(sayIn('en')('doing.stop', { name: '{count}' }), '{count} stops')
})

test('chooseLanguage() takes the first that there is, whatever the region, else English', () => {
  assert.is(chooseLanguage(['de-DE', 'fr-CA', 'en']), 'fr')
  assert.is(chooseLanguage(['RU-ru']), 'ru')
  assert.is(chooseLanguage(['de', 'toString']), 'en')
  assert.is(chooseLanguage([]), 'en')
})

test.run()
