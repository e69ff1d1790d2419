/** `node scripts/ci/lint.ts`: lints the workspace in the working directory. turbo runs it, for each: see turbo.json. */
import { lint, wasLinted } from './lint-together.ts';

if (!wasLinted(process.env)) process.exitCode = await lint([process.cwd()], 'inherit');
