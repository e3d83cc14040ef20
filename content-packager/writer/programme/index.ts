// What commands do with a programme. They load it when they run: it brings Argon2id, age and the TUF client along.
export { changeProgramme } from './change.ts';
export { checkPublished } from './check-published.ts';
export { addCourse, addTutor } from './courses.ts';
export { writeDurably } from './disk.ts';
export { initProgramme } from './init.ts';
export { openKeyRing } from './key-ring.ts';
export { overviewOf } from './overview.ts';
export { readProgramme } from './programme-file.ts';
export { publishBundle } from './publish.ts';
export { answerRecovery } from './recover.ts';
export { authoriseStation } from './stations.ts';
export { resign, revokeDevice, withdrawModule } from './status-list.ts';
