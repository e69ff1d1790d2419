/**
 * `npm run backup [-- FILE]`: saves all of the shop's data, as of one moment, to one file. The source is the kind
 * cluster, or the replica set that MONGODB_URL names (mongodb://backup:…@host/?authSource=backup&replicaSet=rs0).
 */
import { access } from 'node:fs/promises';
import { verifyBackup, writeBackup } from '../../apps/replica-set-controller/src/backup/index.ts';
import { argumentsUpTo } from '../support/command-line.ts';
import { services as databases } from '../support/services.ts';
import { runScript, withDatabase } from './database.ts';
import { backupFromCluster } from './pod.ts';

async function backup(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw new Error(`${file} is there already: name another file, or remove it`);
  const url = process.env['MONGODB_URL'];
  await (url ? withDatabase(url, (client) => writeBackup(client, databases, file)) : backupFromCluster(file));
  const { documents } = await verifyBackup(file);
  process.stdout.write(`${file}: ${documents} documents of ${databases.join(' and ')}, verified\n`);
}

const stamp = new Date().toISOString().replace(/[:.]/g, '-');
const usage = 'Usage: npm run backup [-- FILE]';
await runScript(() => {
  const [file = `shop-${stamp}.backup.gz`] = argumentsUpTo(1, usage);
  return backup(file);
});
