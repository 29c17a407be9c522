// What a pod's process is begun with. The program is imported, and not a part of this file's own code: so V8 compiles it piece by piece, as
// it is used, which leaves less memory behind than to compile all at once.
void import('./main.ts')
