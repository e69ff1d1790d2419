/**
 * `node dist/backup-main.js backup|restore FILE`, in a pod of the StatefulSet: runs as the database user of that name.
 */
import { readEnvironment, readOrExit } from '@shop/config';
import { closeClient } from '@shop/store/mongo';
import { MongoClient } from 'mongodb';
import { BackupError, restoreBackup, writeBackup } from './backup/index.ts';
import { controllerConfig } from './config.ts';
import { describeError } from './mongo/errors.ts';
import { Passwords } from './mongo/passwords.ts';

const [command, file] = process.argv.slice(2);
if ((command !== 'backup' && command !== 'restore') || file === undefined) {
  process.stderr.write('Usage: backup-main.js backup|restore FILE\n');
  process.exit(2);
}
const config = readOrExit('backup', () => readEnvironment(controllerConfig));
try {
  const password = await new Passwords(config.passwordsDirectory).current(command);
  const client = new MongoClient(`mongodb://127.0.0.1:${config.mongoPort}/`, {
    replicaSet: config.replicaSet,
    auth: { username: command, password },
    authSource: 'backup',
    appName: command,
  });
  try {
    const documents = await (command === 'backup'
      ? writeBackup(client, config.databases, file)
      : restoreBackup(client, file));
    process.stderr.write(`${command}: ${documents} documents\n`);
  } finally {
    await closeClient(client);
  }
} catch (error) {
  process.stderr.write(
    `${command} failed: ${error instanceof BackupError ? error.message : describeError(error)}\n`,
  );
  process.exitCode = 1;
}
// Connections of a client that could not be closed would keep the process.
process.exit();
