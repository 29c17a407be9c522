// Room in memory for what a verb reads.

/** Does `work` once there is room for so many bytes. The room is free again when the work is done. */
export type Room = <T>(bytes: number, work: () => Promise<T>) => Promise<T>

/** For what is asked by the host itself. */
export const endlessRoom: Room = async (_bytes, work) => await work()
