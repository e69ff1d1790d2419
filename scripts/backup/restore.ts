/**
 * `npm run restore -- FILE`: makes the shop's collections be as they were in the backup, and leaves others alone. The
 * file is verified before anything is touched. On the kind cluster; or on the set that MONGODB_URL names
 * (mongodb://restore:…@host/?authSource=backup&replicaSet=rs0).
 */
import { restoreBackup, verifyBackup } from '../../apps/replica-set-controller/src/backup/index.ts';
import { fail, withDatabase } from './database.ts';
import { restoreToCluster } from './pod.ts';

async function restore(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error('Usage: npm run restore -- FILE');
  const { documents, createdAt } = await verifyBackup(file);
  const url = process.env['MONGODB_URL'];
  await (url ? withDatabase(url, (client) => restoreBackup(client, file)) : restoreToCluster(file));
  process.stdout.write(`The shop is as it was on ${createdAt}: ${documents} documents\n`);
}

await restore(process.argv[2]).catch(fail);
