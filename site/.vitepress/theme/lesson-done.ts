/** Below a lesson: a button that marks it as done. */
import { useData, useRoute } from 'vitepress';
import { computed, defineComponent, h, nextTick, onMounted, watch } from 'vue';
import { useProgress } from './progress.ts';
import { useTexts } from './texts.ts';

export const LessonDone = defineComponent({
  setup() {
    const { frontmatter } = useData();
    const { done, toggle } = useProgress();
    const texts = useTexts();
    const id = computed(() => {
      const { lesson } = frontmatter.value as { readonly lesson?: string };
      return lesson;
    });
    return () => {
      const lesson = id.value;
      if (lesson === undefined) return undefined;
      const isDone = done.value.includes(lesson);
      return h(
        'button',
        {
          class: ['lesson-done', { done: isDone }],
          type: 'button',
          'aria-pressed': isDone,
          onClick: () => toggle(lesson),
        },
        isDone ? texts.value.unmark : texts.value.mark,
      );
    };
  },
});

/** Marks the lessons that are done in the sidebar, which is VitePress' own. */
export const SidebarMarks = defineComponent({
  setup() {
    const { done } = useProgress();
    const route = useRoute();
    const mark = async () => {
      await nextTick();
      for (const link of document.querySelectorAll<HTMLAnchorElement>('.VPSidebarItem a')) {
        const id = /\/lessons\/\d+-([\w-]+)\/(?:index\.html)?$/.exec(link.pathname)?.[1];
        link.classList.toggle('is-done', id !== undefined && done.value.includes(id));
      }
    };
    onMounted(() => watch([done, () => route.path], mark, { immediate: true }));
    return () => undefined;
  },
});
