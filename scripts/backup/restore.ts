/**
 * `npm run restore -- FILE`: makes the shop's collections equal to the backup; other collections are not changed. The
 * file is verified before anything is changed. The target is the kind cluster, or the replica set that MONGODB_URL
 * names (mongodb://restore:…@host/?authSource=backup&replicaSet=rs0).
 */
import { restoreBackup, verifyBackup } from '../../apps/replica-set-controller/src/backup/index.ts';
import { argumentsUpTo, UsageError } from '../support/command-line.ts';
import { runScript, withDatabase } from './database.ts';
import { restoreToCluster } from './pod.ts';

const usage = 'Usage: npm run restore -- FILE';

async function restore(file: string | undefined): Promise<void> {
  if (file === undefined) throw new UsageError(usage);
  const { documents, createdAt } = await verifyBackup(file);
  const url = process.env['MONGODB_URL'];
  await (url ? withDatabase(url, (client) => restoreBackup(client, file)) : restoreToCluster(file));
  process.stdout.write(`The shop is as it was on ${createdAt}: ${documents} documents\n`);
}

await runScript(() => restore(argumentsUpTo(1, usage)[0]));
