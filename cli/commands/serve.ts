// pod serve: serves the files of a folder of this machine, by a pod that ships with p8a.
import { realpath, stat } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { P8aError } from '../../protocol/errors.ts'
import { checkName } from '../../protocol/names.ts'
import type { Run } from '../argv/command.ts'
import { readMachine } from '../client/address.ts'
import { podNameOf, projectOf } from '../project/project-name.ts'
import { localName } from '../remote/remotes.ts'
import { upGiven } from './up.ts'

/** Where it listens, if nobody says. */
const defaultPort = 8080
const defaultHost = '127.0.0.1'

export const run: Run = async (input, context) => {
  const { args, options } = input
  const [given = '.', typed] = args
  if (!(await stat(given).catch(() => undefined))?.isDirectory())
    throw new P8aError('file_not_found', `Cannot serve ${JSON.stringify(given)}: there is no such folder`, {
      facts: { file: given },
    })
  const dir = await realpath(given)
  // As PM2's users type it: serve DIR 8080.
  if (typed !== undefined && !options.has('port')) options.add('port', typed)
  const port = options.wholeNumber('port', { most: 65_535 }) ?? defaultPort
  const host = options.read('host', readMachine) ?? defaultHost
  const params = {
    dir,
    port: String(port),
    host,
    ...(options.has('spa') && { spa: 'true' }),
  }
  const name = options.read('name', name => checkName(name)) ?? checkName(podNameOf(dir, { isFolder: true }) || 'site')
  // Held by the host, the port is this pod's alone: by itself the pod would share it with any other that serves a folder.
  const config = port === 0 ? {} : { listen: `${isIPv6(host) ? `[${host}]` : host}:${port}` }
  const pod = { name, push: { path: 'p8a:serve' }, params, config, starts: true }
  // The folder may be a project too, whose pods are others.
  const project = { id: `${projectOf(dir)}-serve`, pods: [pod] }
  return await upGiven({ remote: localName, project, file: undefined }, { input, context })
}
