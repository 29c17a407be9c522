// pod routes: where the gateway brings requests.
import type { Run } from '../argv/command.ts'
import { asJson, ofGateway } from './of-gateway.ts'

export const run: Run = async ({ args: [remote = ''] }, context) =>
  await ofGateway(remote, ['routes', ...asJson(context)], context)
