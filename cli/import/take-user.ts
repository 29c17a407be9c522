// The user of a program of another process manager, as the user of a pod.
import { userSchema } from '../../protocol/user.ts'
import type { Draft, Outcome } from './imported.ts'

/** @param value a name, or a number */
export function takeUser(value: unknown, pod: Draft): Outcome {
  const read = userSchema['~standard'].validate(value)
  if (read instanceof Promise || read.issues) return { lost: 'it is not the name or the number of a user' }
  pod.user = read.value
  return { became: 'user, on a host of root' }
}
