import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { otherWay } from '../../../daemon/image/other-languages.ts'

const ofFolder = async (...files: string[]) => await otherWay(async path => files.includes(path))

test('otherWay() knows projects of other languages by their files, and a framework before its language', async () => {
  assert.equal(await ofFolder('main.go', 'go.mod'), {
    file: 'go.mod',
    options: `--build 'go build -o app .' --command ./app`,
  })
  assert.match((await ofFolder('requirements.txt', 'manage.py'))?.options ?? '', 'manage.py runserver $PORT')
  assert.match((await ofFolder('Gemfile', 'config.ru'))?.options ?? '', 'rackup')
  assert.match((await ofFolder('composer.json', 'public/index.php'))?.options ?? '', 'php -S 127.0.0.1:$PORT -t public')
  assert.is(await ofFolder('README.md'), undefined)
})

test.run()
