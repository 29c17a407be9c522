// The descriptor that a service in another language holds as long as it lives, and with it all that it begins and that closes
// no descriptors of others. So what goes into the background, out of its group, is found when the service has ended.

/** It is beyond those that programs and shells use. */
export const lifelineFd = 198

/** Whether a link of a descriptor is that of a pipe that a keeper has made and removed: so it has a name that nothing else has. */
export function isLifeline(link: string): boolean {
  return /\/\d+-\d+ \(deleted\)$/.test(link)
}
