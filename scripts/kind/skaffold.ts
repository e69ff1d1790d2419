import * as skaffold from '../cluster/skaffold.ts';
import { context, paths, registry } from './names.ts';

export const profiles = ['dev', 'e2e', 'prod'] as const;
export type Profile = (typeof profiles)[number];
/** With an autoscaler, no manifest has the number of pods. */
export type DeployedProfile = Profile | `${Exclude<Profile, 'dev'>}-autoscaling`;

const place = { context, repository: registry.host, images: paths.images };

/** Builds what changed and pushes it to the registry beside the cluster. */
export const buildImages = (profile: Profile): Promise<void> => skaffold.buildImages(profile, place);

/**
 * Deploys built images to the cluster and waits until every pod is ready.
 * @param images the file that {@link buildImages} has written, or one like it.
 */
export const deploy = (profile: DeployedProfile, images: string = paths.images): Promise<void> =>
  skaffold.deploy(profile, { ...place, images });
