// The descriptor that a service in another language holds as long as it lives, and with it all that it begins and that closes
// no descriptors of others. So what goes into the background, out of its group, is found when the service has ended.

/** It is beyond those that programs and shells use. */
export const lifelineFd = 198
