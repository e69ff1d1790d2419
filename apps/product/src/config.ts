import { settings } from '@shop/config';
import { serviceConfig } from '@shop/service';
import type { z } from 'zod';

/** The settings of every service, and product's own. */
export const productConfig = serviceConfig.extend({
  /** The board's URL for a user who opens the shop's index; without it the index has no link to the board. */
  boardUrl: settings.httpUrl().optional(),
});
export type ProductConfig = z.output<typeof productConfig>;
