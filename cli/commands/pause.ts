// pod pause: holds requests at the gateway.
import type { Run } from '../argv/command.ts'
import { ofGateway } from './of-gateway.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  options.milliseconds('for')
  const time = options.text('for')
  return await ofGateway(remote, ['pause', name, ...(time === undefined ? [] : ['--for', time])], context)
}
