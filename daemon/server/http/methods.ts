// Which methods a path takes, and how one that it does not take is refused.
import { P8aError } from '../../../protocol/errors.ts'
import { operations } from '../../../protocol/view.ts'

/** A method that the path does not take. @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 */
export class WrongMethod extends P8aError {
  readonly allowed: readonly string[]

  constructor(method: string, { path, allowed }: { path: string; allowed: readonly string[] }) {
    super('bad_request', `Cannot ${method} ${path}`, { hint: `Use ${allowed.join(' or ')}` })
    this.allowed = allowed
  }
}

/** The methods that a path takes, beside OPTIONS; none if there is nothing at that path. */
export function methodsOf(path: string): string[] {
  const methods = path === '/rpc' ? ['POST'] : path === '/openapi.json' ? ['GET'] : methodsOfView(path)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])]
}

/** The method by which a request is answered: that of HEAD without its body is that of GET. */
export function meantMethod(method: string | undefined): string {
  return method === 'HEAD' ? 'GET' : (method ?? '')
}

/** Whether a path, in its parts, is one of those that a pattern such as `/commands/{id}` stands for. */
export function fits(pattern: string, parts: readonly string[]): boolean {
  const wanted = pattern.split('/')
  return (
    wanted.length === parts.length &&
    wanted.every((part, at) => (part === '{id}' ? parts[at] !== '' : part === parts[at]))
  )
}

function methodsOfView(path: string): string[] {
  const parts = path.split('/')
  return Object.values(operations)
    .filter(operation => fits(operation.path, parts))
    .map(({ method }) => method)
}
