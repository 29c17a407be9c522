// Which devDependency a start needs.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { devPackageOf } from '../../../daemon/build/dev-programs.ts'

test('devPackageOf() finds the tool that starts a folder among its devDependencies, also through other scripts', () => {
  const scripts = {
    serve: 'nodemon dist/app.js',
    'start:web': 'tsx web.ts',
    prebuild: 'rimraf dist',
    all: 'npm run all',
  }
  const dev = new Set([
    'tsx',
    'nodemon',
    'ts-node',
    '@nestjs/cli',
    '@swc-node/register',
    'rimraf',
    'typescript',
    'dotenv',
  ])
  const table: [line: string, found: string | undefined][] = [
    ['tsx src/server.ts', 'tsx'],
    ['cross-env A=1 tsx src/server.ts', 'tsx'],
    ['node --import tsx src/server.ts', 'tsx'],
    ['node -r ts-node/register src/server.ts', 'ts-node'],
    ['node --import @swc-node/register/esm-register a.ts', '@swc-node/register'],
    ['nest start', '@nestjs/cli'],
    ['npx nodemon app.js', 'nodemon'],
    ['./node_modules/.bin/nodemon app.js', 'nodemon'],
    ['npm run serve', 'nodemon'],
    ['yarn serve', 'nodemon'],
    ['npm run all', undefined],
    ['node build && pnpm start:web', 'tsx'],
    ['node dist/server.js', undefined],
    ['node dist/tsx/server.js', undefined],
    ['next start', undefined],
    ['', undefined],
  ]
  for (const [line, found] of table) assert.is(devPackageOf(line, { scripts, dev }), found, line)
})

test.run()
