/** The path: its groups, their lessons, and which of them are done. */
import { useData, withBase } from 'vitepress';
import { computed, defineComponent, h } from 'vue';
import { useProgress } from './progress.ts';
import { useTexts } from './texts.ts';

interface CourseGroup {
  readonly title: string;
  readonly lessons: readonly {
    readonly id: string;
    readonly title: string;
    readonly route: string;
    readonly proves: string;
  }[];
}
declare const SITE_COURSE: Readonly<Record<string, readonly CourseGroup[]>>;

export const CoursePath = defineComponent({
  props: { home: Boolean },
  setup({ home }) {
    const { lang } = useData();
    const { done } = useProgress();
    const texts = useTexts();
    const groups = computed(() => SITE_COURSE[lang.value] ?? []);
    const isDone = (id: string): boolean => done.value.includes(id);

    const progress = () => {
      const all = groups.value.flatMap(({ lessons }) => lessons);
      const count = all.filter(({ id }) => isDone(id)).length;
      const text = texts.value.progress(count, all.length);
      return h('div', { class: 'progress' }, [
        h(
          'div',
          {
            class: 'progress-bar',
            role: 'progressbar',
            'aria-label': text,
            'aria-valuenow': count,
            'aria-valuemin': 0,
            'aria-valuemax': all.length,
          },
          [h('div', { style: { width: `${(100 * count) / Math.max(1, all.length)}%` } })],
        ),
        h('span', text),
      ]);
    };
    const group = ({ title, lessons }: CourseGroup, index: number) =>
      h('section', { class: 'course-group', key: title }, [
        h('h3', [h('span', { class: 'group-number' }, String(index + 1)), title]),
        h(
          'ol',
          lessons.map(({ id, title: name, route, proves }) =>
            h('li', { key: id, class: { done: isDone(id) } }, [
              h('a', { href: withBase(route.replace(/\/$/, '/index.html')) }, name),
              ...(home || lang.value === 'ko' ? [] : [h('p', proves)]),
            ]),
          ),
        ),
      ]);
    return () =>
      h('div', { class: ['course', home ? 'course-home' : 'course-full'] }, [
        ...(home ? [h('h2', texts.value.toc)] : []),
        progress(),
        h('div', { class: 'course-groups' }, groups.value.map(group)),
      ]);
  },
});
