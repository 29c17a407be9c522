import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asCommand, asNamed, asUp, isEcosystem, isPath } from '../../../cli/argv/as-up.ts'
import { flagsOf, match } from '../../../cli/argv/grammar.ts'
import { walk } from '../../../cli/argv/walk.ts'
import { podNameOf } from '../../../cli/project/project-name.ts'
import { table } from '../../../cli/table.ts'
import { hintText } from '../../../protocol/hint.ts'

/** What is answered to `pod start …`. */
const answer = (line: string) => {
  const { spec } = match(table, ['start'])
  const words = line.split(' ')
  return hintText(asUp(words[0] ?? '', walk(words, { flags: flagsOf(spec), params: true }))) ?? ''
}

test('asUp() says how a file is started here, with the options that have a counterpart', () => {
  assert.match(answer('app.js -i 4 --name api --watch'), /pod up app\.js --scale 4 --name api --watch$/)
  assert.match(
    answer('app.js --env A=1 --cwd /srv --kill-timeout 3000'),
    /pod up app\.js --env A=1 --cwd \/srv --stop-timeout 3000$/,
  )
  assert.match(answer('app.js -i 2 -- --port 80'), /pod up app\.js --scale 2 -- --port 80$/)
})

test('asUp() says of the others what they are here, one by one', () => {
  const text = answer('app.js --max-memory-restart 300M --cron-restart 1 --level 3')
  assert.match(text, /pod up app\.js --memory 300M; --cron-restart: /)
  assert.match(text, /behind "--": -- --level/)
})

test('asUp() leads from a list of apps to a manifest', () => {
  assert.match(answer('ecosystem.config.js'), /pod import ecosystem\.config\.js; then: pod up/)
  for (const word of ['ecosystem.config.cjs', 'process.json', './pm2.config.js', 'ecosystem.json'])
    assert.ok(isEcosystem(word), word)
  for (const word of ['app.js', 'my-ecosystem.js', 'processes.json']) assert.not(isEcosystem(word), word)
})

test('asUp() keeps up a file of another language, as PM2 does', () => {
  assert.match(answer('server.py'), /pod up server\.py --command 'python3 \$P8A_FILE'$/)
  assert.match(answer('worker.rb -i 2'), /pod up worker\.rb --scale 2 --command 'ruby \$P8A_FILE'$/)
  assert.match(answer('loop.sh'), /pod up loop\.sh --service$/)
  assert.match(answer('./run.js --interpreter bun'), /pod up \.\/run\.js --command 'bun \$P8A_FILE'$/)
  assert.match(answer('./server --interpreter none'), /pod up \.\/server --service$/)
  assert.match(answer('app.js --interpreter node'), /pod up app\.js$/)
})

test('asNamed() leads from a file or a unit to the name of its pod', () => {
  const said = (word: string) => hintText(asNamed('restart', word, podNameOf(word, { isFolder: false })) ?? [])
  assert.is(said('./src/My_App.js'), 'A pod goes by its name: pod restart local my_app')
  assert.is(said('web.service'), 'A pod goes by its name: pod restart local web')
  assert.match(
    said('ecosystem.config.js') ?? '',
    /pod import ecosystem\.config\.js; then, .*: pod up; .*: pod restart local NAME$/,
  )
  for (const word of ['web', 'inner.web', '.']) assert.is(said(word), undefined)
})

test('isPath() knows what no pod can be called', () => {
  for (const word of ['app.js', './web', '.', 'dist/main', 'a.mts', 'run.sh']) assert.ok(isPath(word), word)
  for (const word of ['web', 'backup.7', 'inner.web']) assert.not(isPath(word), word)
})

test('asUp() keeps the environment that is chosen of a list of apps', () => {
  assert.match(
    answer('ecosystem.config.js --env production'),
    /pod import ecosystem\.config\.js --env production; then: pod up$/,
  )
})

test('asCommand() says how a command line is kept up, and knows no other words', () => {
  const { spec } = match(table, ['start'])
  const said = (words: string[]) => {
    const hint = asCommand(words.slice(0, 1), walk(words, { flags: flagsOf(spec), params: true }))
    return hint && hintText(hint)
  }
  assert.match(said(['npm', '--', 'start']) ?? '', /pod up \. --command "npm start"$/)
  assert.match(said(['npm', '--name', 'web', '--', 'run', 'x']) ?? '', /pod up \. --command "npm run x" --name web$/)
  assert.match(said(['python3 -m http.server']) ?? '', /pod up \. --command "python3 -m http\.server"$/)
  assert.is(said(['web']), undefined)
})

test.run()
