import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post, Sse } from '@nestjs/common';
import { Observable } from 'rxjs';
import { sendOne } from '../request/one-request.ts';
import type { Waterfall } from '../request/waterfall.ts';
import { maxPerSecond } from '../traffic/traffic.ts';
import { RefusedError } from './error-filter.ts';
import type { LessonPage, LessonSummary } from './lessons.ts';
import { Visitors, type BoardParts } from './state.ts';

export const boardParts = Symbol('the parts of the board');

const missing = (): RefusedError => new RefusedError(409, { code: 'not-here' });

/** Everything that the page can request: named actions, and numbers within limits. */
@Controller('api')
export class BoardController {
  readonly #parts: BoardParts;
  readonly #visitors: Visitors;

  constructor(@Inject(boardParts) parts: BoardParts, @Inject(Visitors) visitors: Visitors) {
    this.#parts = parts;
    this.#visitors = visitors;
  }

  /** The scene, and then each change of it. */
  @Sse('events')
  events(): Observable<{ data: string }> {
    return new Observable((subscriber) => {
      this.#visitors.entered();
      const end = this.#parts.scene.subscribe((message) =>
        subscriber.next({ data: JSON.stringify(message) }),
      );
      return () => {
        end();
        this.#visitors.left();
      };
    });
  }

  @Post('traffic')
  @HttpCode(204)
  traffic(@Body() body: unknown): void {
    const { on, perSecond } = (body ?? {}) as { readonly on?: unknown; readonly perSecond?: unknown };
    const inBounds =
      Number.isInteger(perSecond) && Number(perSecond) >= 0 && Number(perSecond) <= maxPerSecond;
    if (typeof on !== 'boolean' || !inBounds)
      throw new RefusedError(400, { code: 'bad-traffic', most: maxPerSecond });
    if (!this.#parts.traffic) throw missing();
    this.#parts.traffic.set({ on, perSecond: Number(perSecond) });
  }

  @Post('faults/:name/start')
  @HttpCode(204)
  async start(@Param('name') name: string): Promise<void> {
    await this.#fault((faults) => faults.start(name));
  }

  @Post('faults/:name/undo')
  @HttpCode(204)
  async undo(@Param('name') name: string): Promise<void> {
    await this.#fault((faults) => faults.undo(name));
  }

  @Post('request')
  @HttpCode(200)
  async request(): Promise<Waterfall> {
    const { traffic, lines } = this.#parts;
    if (!traffic || !lines) throw missing();
    return sendOne(traffic.client, traffic.examplePath, lines);
  }

  @Get('lessons')
  async lessons(): Promise<readonly LessonSummary[]> {
    return (await this.#parts.lessons?.())?.list() ?? [];
  }

  @Get('lessons/:id/:language')
  @Header('content-type', 'application/json; charset=utf-8')
  async lesson(@Param('id') id: string, @Param('language') language: string): Promise<LessonPage> {
    const lessons = await this.#parts.lessons?.();
    const page = language === 'en' || language === 'ko' ? lessons?.page(id, language) : undefined;
    if (!page) throw new RefusedError(404, { code: 'no-lesson' });
    return page;
  }

  @Post('lessons/:id/:action')
  @HttpCode(204)
  async runLesson(@Param('id') id: string, @Param('action') action: string): Promise<void> {
    const lessons = await this.#parts.lessons?.();
    if (!lessons?.page(id, 'en')) throw new RefusedError(404, { code: 'no-lesson' });
    const { runner } = lessons;
    if (!runner) throw missing();
    if (action === 'run' || action === 'step' || action === 'break') runner.start(id, action);
    else if (action === 'next') runner.next(id);
    else if (action === 'reset') await runner.reset(id);
    else throw new RefusedError(404, { code: 'no-action' });
  }

  async #fault(work: (faults: NonNullable<BoardParts['faults']>) => void | Promise<void>): Promise<void> {
    if (!this.#parts.faults) throw missing();
    await work(this.#parts.faults);
  }
}
