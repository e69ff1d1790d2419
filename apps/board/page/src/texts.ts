/** All that the page says, in both languages. */
import { en } from './texts/en.ts';
import { ko } from './texts/ko.ts';
import type { Language, Texts } from './texts/shape.ts';

export type { Language, Texts } from './texts/shape.ts';

export const texts: Readonly<Record<Language, Texts>> = { en, ko };
