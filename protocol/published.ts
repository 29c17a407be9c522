// What `p8a/values` is: how people write routes, times and amounts, for anyone's pods and programs.

export { durationMs, durationProblem } from './duration.ts'
export { readRoute } from './route.ts'
export { sizeBytes, sizeText } from './size.ts'
