// What to do with a script that should be kept up.
import type { Step } from '../../../protocol/hint.ts'

export const keptUp: Step = {
  text: 'to keep it up as a service, push it with --service under another name, or remove the script first',
}
