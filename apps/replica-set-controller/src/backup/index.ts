export { BackupError } from './format.ts';
export { verifyBackup } from './read.ts';
export { restoreBackup } from './restore.ts';
export { writeBackup } from './write.ts';
