// pod resume: lets requests go on that the gateway holds.
import type { Run } from '../argv/command.ts'
import { ofGateway } from './of-gateway.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) =>
  await ofGateway(remote, ['resume', name], context)
