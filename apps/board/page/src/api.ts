/** The named actions of the server. */
import type { Problem } from '../../src/problems/problem.ts';
import type { LessonPage, LessonSummary } from '../../src/server/lessons.ts';
import type { Waterfall } from '../../src/request/waterfall.ts';
import type { Language } from './texts.ts';

/** It was refused. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly problem: Problem;

  /** @param status of a response that says no more. */
  constructor(status: number, problem: Problem = { code: 'said', text: String(status) }) {
    super(`${status}`);
    this.problem = problem;
  }
}

/** @returns why an action failed; the browser's own words where nothing was sent. */
export const whyOf = (error: unknown): Problem =>
  error instanceof ActionError ? error.problem : { code: 'said', text: (error as Error).message };

async function post(path: string, body: object = {}): Promise<Response> {
  const response = await fetch(`/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  const { problem } = (await response.json().catch(() => ({}))) as { readonly problem?: Problem };
  throw new ActionError(response.status, problem);
}

export const setTraffic = (on: boolean, perSecond: number) => post('traffic', { on, perSecond });
export const startFault = (name: string) => post(`faults/${encodeURIComponent(name)}/start`);
export const undoFault = (name: string) => post(`faults/${encodeURIComponent(name)}/undo`);

export async function sendRequest(): Promise<Waterfall> {
  return (await (await post('request')).json()) as Waterfall;
}

export type LessonAction = 'run' | 'step' | 'break' | 'next' | 'reset';
export const actOnLesson = (id: string, action: LessonAction) =>
  post(`lessons/${encodeURIComponent(id)}/${action}`);

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`/api/${path}`);
  if (!response.ok) throw new ActionError(response.status);
  return (await response.json()) as T;
}

export const readLessons = () => get<readonly LessonSummary[]>('lessons');
export const readLesson = (id: string, language: Language) =>
  get<LessonPage>(`lessons/${encodeURIComponent(id)}/${language}`);
