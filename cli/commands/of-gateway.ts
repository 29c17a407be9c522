// What the gateway of a host is asked.
import type { Context } from '../argv/command.ts'
import { ofBuiltIn } from './of-built-in.ts'

/** What a command that shows something is given for JSON. */
export const asJson = ({ output }: Context): string[] => (output.json ? ['--json'] : [])

/** Runs a command of the gateway. @throws {P8aError} `pod_not_up` if no pod brings it; what it throws */
export async function ofGateway(remote: string, argv: string[], context: Context): Promise<number> {
  return await ofBuiltIn({ name: 'gateway', options: { listen: '8080' } }, { remote, argv }, context)
}
