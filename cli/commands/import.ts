// pod import: writes a manifest from the file of another process manager, and says what became of each key.
import { existsSync, globSync } from 'node:fs'
import { glob, readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { durationMs } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { ofOption, wrongOption } from '../argv/wrong-option.ts'
import { environment } from '../environment.ts'
import { homeDir } from '../host/data-dir.ts'
import { evaluate } from '../import/evaluate.ts'
import type { Imported, Note } from '../import/imported.ts'
import { manifestText } from '../import/manifest-text.ts'
import { importPm2 } from '../import/pm2.ts'
import { appsOfDump } from '../import/pm2-dump.ts'
import { importProcfile } from '../import/procfile.ts'
import { saveManifest } from '../import/save.ts'
import { type ConfigFile, importSupervisord, includedBy } from '../import/supervisord.ts'
import { importSystemd } from '../import/systemd.ts'
import { manifestNames } from '../project/project-name.ts'
import { parseSource } from '../project/source.ts'
import { count } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { table } from '../say/table.ts'

/** Where other tools have their files. */
const usualNames = [
  ...['js', 'cjs', 'mjs', 'json', 'yaml', 'yml'].map(ending => `ecosystem.config.${ending}`),
  'ecosystem.json',
  'process.json',
  'Procfile',
  'supervisord.conf',
]
/** How long a config file may run, if nobody says. */
const defaultTimeoutMs = 10_000

export const run: Run = async ({ args: [given], options }, { output }) => {
  const [timeoutMs, env] = [timeoutOf(options), options.read('env', readEnvName)]
  const file = await fileOf(given, options)
  const target = resolve(options.text('output') ?? manifestNames[0] ?? '')
  const found = await read(file, { options, timeoutMs, env, to: dirname(target) })
  if (!found) throw unknownFile(file)
  const text = manifestText(found.pods, { source: basename(file) })
  if (!options.has('print')) await save(target, text, options)
  output.answer({ file: target, written: !options.has('print'), manifest: text, keys: found.notes }, () => '')
  if (output.json) return 0
  if (options.has('print')) {
    output.write(text.trimEnd())
    return 0
  }
  output.write(await notesText(found.notes, output))
  const { say } = await import('../say/say.ts')
  const shown = relative('.', target)
  await say('success', `${shown} has ${count(found.pods.size, 'pod')}`)
  output.write('Next: pod diff, then pod up')
  return 0
}

/** A folder that is not there is a mistake of whoever named it; a file that is there is none. */
async function save(file: string, text: string, options: Options): Promise<void> {
  const value = options.text('output')
  await saveManifest(file, { text, force: options.has('force') }).catch(error => {
    const isNamed = value !== undefined && error instanceof P8aError && error.code === 'save_failed'
    throw isNamed ? ofOption(error, { option: 'output', value }) : error
  })
}

/** @throws {P8aError} `usage` */
function readEnvName(text: string): string {
  if (/^\S+$/.test(text)) return text
  throw new P8aError('usage', `Cannot take ${JSON.stringify(text)} for a part of the name of a key`, {
    hint: 'env_production of the file is --env production',
    facts: { problem: 'there is no such key' },
  })
}

async function fileOf(given: string | undefined, options: Options): Promise<string> {
  if (given !== undefined) return resolve(given)
  if (options.has('from-pm2')) return join(environment.variable('PM2_HOME') ?? join(homeDir(), '.pm2'), 'dump.pm2')
  for (const name of usualNames) if (await isFile(name)) return resolve(name)
  throw new P8aError('usage', 'There is nothing here to import', {
    hint: `Name a file: ${usualNames[0]}, a Procfile, supervisord's .conf or a .service of systemd; or take what "pm2 save" wrote: --from-pm2`,
  })
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

type Reading = { options: Options; timeoutMs: number; env: string | undefined; to: string }

async function read(file: string, { options, timeoutMs, env, to }: Reading): Promise<Imported | undefined> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message
    throw new P8aError('file_not_found', `Cannot read ${JSON.stringify(file)}: ${why}`, {
      ...(options.has('from-pm2') && { hint: 'Run "pm2 save" first; it writes that file' }),
      facts: { file },
      cause,
    })
  })
  const pm2 = { from: dirname(file), to, env }
  const ending = extname(file)
  if (ending === '.pm2' || options.has('from-pm2')) {
    const apps = appsOfDump(dumpOf(text), environment.all)
    return apps && importPm2(apps, pm2)
  }
  if (/^procfile(\..+)?$/i.test(basename(file)))
    return importProcfile(text, { env: await readFile(join(dirname(file), '.env'), 'utf8').catch(() => undefined) })
  if (ending === '.conf' || ending === '.ini')
    return importSupervisord([{ file, text }, ...(await included(file, text))], {
      to,
      home: homeDir(),
      environment: environment.variable,
    })
  if (ending === '.service') {
    const { username: user, homedir: home } = userInfo()
    return importSystemd(text, { file, to, user, home, isFile: existsSync, filesBy: pattern => globSync(pattern) })
  }
  if (/^\.ya?ml$/.test(ending)) return importPm2(parseSource(text, { file: basename(file), texts: [] }).value, pm2)
  if (/^\.(json|[cm]?[jt]s)$/.test(ending)) return importPm2(await evaluate(file, { timeoutMs }), pm2)
  return undefined
}

/** What a config of supervisord includes; what cannot be read is not there. */
async function included(file: string, text: string): Promise<ConfigFile[]> {
  const found: ConfigFile[] = []
  for (const pattern of includedBy({ file, text }, environment.variable)) {
    const files: string[] = []
    for await (const one of glob(resolve(dirname(file), pattern))) files.push(one)
    for (const one of files.sort()) found.push({ file: one, text: await readFile(one, 'utf8') })
  }
  return found
}

function dumpOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whoever reads it says that it is no dump.
    return undefined
  }
}

function timeoutOf(options: Options): number {
  const text = options.text('timeout')
  if (text === undefined) return defaultTimeoutMs
  const ms = durationMs(text)
  if (ms !== undefined && ms > 0) return ms
  throw wrongOption({ option: 'timeout', value: text }, { why: 'it is no duration', hint: 'Write it as 10s' })
}

function unknownFile(file: string): P8aError {
  return new P8aError('bad_config', `Cannot import ${JSON.stringify(basename(file))}: there are no programs in it`, {
    hint: "It takes PM2's ecosystem file (js, cjs, mjs, json, yaml) or dump, a Procfile, supervisord's .conf, or a .service of systemd",
    facts: { file },
  })
}

async function notesText(notes: readonly Note[], output: Output): Promise<string> {
  const rows = notes.map(note => {
    const isLost = 'lost' in note
    return [note.of, note.key, isLost ? (['lost', 'yellow'] as const) : 'became', isLost ? note.lost : note.became]
  })
  return await table(['POD', 'KEY', '', 'WHAT BECAME OF IT'], rows, output)
}
