import { useState } from 'preact/hooks';
import { problemText, type Problem } from '../../src/problems/problem.ts';
import type { Attempt, Span, Waterfall } from '../../src/request/waterfall.ts';
import { ofKind } from '../../src/scene/messages.ts';
import { sendRequest, whyOf } from './api.ts';
import { Button } from './button.tsx';
import { useShown } from './shown.ts';
import type { Texts } from './texts.ts';
import { milliseconds } from './view.ts';

export function Request({ t }: { readonly t: Texts }) {
  const [result, setResult] = useState<Waterfall>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isReplay = useShown(({ scene }) => ofKind(scene, 'target')[0]?.replay === true);
  if (isReplay) return undefined;
  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setResult(await sendRequest());
    } catch (error) {
      setProblem(whyOf(error));
    }
    setBusy(false);
  };
  return (
    <section class="panel request">
      <div class="panel-head">
        <div>
          <h2>{t.request.title}</h2>
          <p class="muted">{t.request.hint}</p>
        </div>
        <Button class="primary" off={busy} onPress={() => void send()}>
          {busy ? t.request.sending : t.request.send}
        </Button>
      </div>
      <div aria-live="polite">
        {problem === undefined ? undefined : (
          <p class="problem">
            {t.request.failed} {problemText(t.problems, problem)}
          </p>
        )}
        {result ? <WaterfallView result={result} t={t} /> : undefined}
      </div>
    </section>
  );
}

interface Row {
  readonly program: string;
  /** What the program of the row above did. */
  readonly isPart?: boolean;
  readonly tone: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
}

function WaterfallView({ result, t }: { readonly result: Waterfall; readonly t: Texts }) {
  const { durationMs, spans, outcome, status, fallbackReason, traceId, path } = result;
  const end = Math.max(durationMs, ...spans.map(({ toMs }) => toMs), 1);
  const rows: Row[] = [
    {
      program: t.request.client,
      tone: outcome,
      fromMs: 0,
      toMs: durationMs,
      text: `GET ${shortPath(path)}`,
    },
    ...spans.flatMap((span) => [
      {
        program: span.program,
        tone: toneOf(span),
        fromMs: Math.max(0, span.fromMs),
        toMs: span.toMs,
        text: textOf(span, t),
      },
      ...(span.attempts ?? []).map((attempt, index) => ({
        program: t.request.attempt(index + 1),
        isPart: true,
        tone: attempt.reason === undefined ? toneOf({ status: attempt.status }) : 'failed',
        fromMs: Math.max(0, attempt.fromMs),
        toMs: attempt.toMs,
        text: resultOf(attempt, t),
      })),
    ]),
  ];
  return (
    <>
      <p class={`result ${outcome}`}>
        <span class={`swatch ${outcome}`} aria-hidden />
        <strong>{t.request.outcome(outcome, status)}</strong>
        {fallbackReason === undefined ? '' : ` – ${t.request.reason(fallbackReason)}`} ·{' '}
        {milliseconds(durationMs, t.locale)}
      </p>
      <table class="waterfall">
        <thead>
          <tr>
            <th scope="col">{t.request.columns.program}</th>
            <th scope="col" class="bars">
              <span>0</span>
              <span>{milliseconds(end, t.locale)}</span>
            </th>
            <th scope="col">{t.request.columns.time}</th>
            <th scope="col">{t.request.columns.what}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ program, isPart, tone, fromMs, toMs, text }, index) => (
            <tr key={index} class={isPart ? 'part' : ''}>
              <th scope="row">{program}</th>
              <td class="bars">
                <svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden>
                  <rect
                    class={tone}
                    x={(Math.min(fromMs, end) / end) * 996}
                    width={Math.max(4, ((toMs - fromMs) / end) * 1_000)}
                    y="1"
                    height="10"
                    rx="2"
                  />
                </svg>
              </td>
              <td class="ms">
                {toMs === fromMs
                  ? milliseconds(toMs, t.locale)
                  : `${milliseconds(fromMs, t.locale)} – ${milliseconds(toMs, t.locale)}`}
              </td>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {spans.length === 0 ? <p class="muted">{t.request.noLines}</p> : undefined}
      <details>
        <summary>
          {t.request.lines} · {t.request.trace} <code>{traceId}</code>
        </summary>
        <pre tabIndex={0}>{spans.map(({ program, line }) => `${program}  ${line}`).join('\n')}</pre>
      </details>
    </>
  );
}

const toneOf = ({
  status,
  reason,
}: {
  readonly status?: number | undefined;
  readonly reason?: string;
}): string => (reason !== undefined ? 'fallback' : status !== undefined && status >= 500 ? 'failed' : 'live');

function textOf(span: Span, t: Texts): string {
  const { status, reason, message, path, breaker, outcome } = span;
  if (breaker !== undefined) {
    const state = t.request.breaker(breaker);
    if (outcome === 'fallback') return `${state} · ${t.request.fallback(t.request.reason(reason ?? ''))}`;
    return `${state} · ${resultOf(span, t)}`;
  }
  if (reason !== undefined) return t.request.called(path?.split('/')[1] ?? '', t.request.reason(reason));
  if (status === undefined) return message;
  return `${shortPath(path ?? '')} – ${t.request.answered(status)}`;
}

function resultOf({ status, reason, cause }: Partial<Attempt>, t: Texts): string {
  if (reason === undefined) return status === undefined ? '' : t.request.answered(status);
  return `${t.request.reason(reason)}${cause === undefined ? '' : ` (${cause})`}`;
}

/** A UUID by its last digits: all of it is in the log lines. */
const shortPath = (path: string): string =>
  path.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{8}([\da-f]{4})/g, '…$2');
