// As whom the runs of a pod are: the part `user` of its config.
import * as v from 'valibot'

const message = 'is not the name or the number of a user, such as "www-data" or 1000'

/** The name of a user of the host's machine, or its number. */
export const userSchema = v.pipe(
  v.union([v.string(), v.number()], message),
  v.transform(String),
  v.check(user => /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$/.test(user), message),
)
