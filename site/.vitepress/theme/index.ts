/** VitePress' own look without its fonts, and what a course needs in addition. */
import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { h } from 'vue';
import { CoursePath } from './course-path.ts';
import { LessonDone, SidebarMarks } from './lesson-done.ts';
import './style.css';

const theme: Theme = {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, undefined, {
      'doc-footer-before': () => h(LessonDone),
      'layout-bottom': () => h(SidebarMarks),
    }),
  enhanceApp({ app }) {
    app.component('CoursePath', CoursePath);
  },
};
export default theme;
