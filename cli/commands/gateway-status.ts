// pod gateway status: what the gateway has counted.
import type { Run } from '../argv/command.ts'
import { asJson, ofGateway } from './of-gateway.ts'

export const run: Run = async ({ args: [remote = ''] }, context) =>
  await ofGateway(remote, ['gateway', 'status', ...asJson(context)], context)
