import { useState } from 'preact/hooks';
import { problemText, type Problem } from '../../src/problems/problem.ts';
import type { FaultStatus } from '../../src/scene/entities.ts';
import { ofKind } from '../../src/scene/messages.ts';
import { startFault, undoFault, whyOf } from './api.ts';
import { Button } from './button.tsx';
import { useNow } from './hooks.ts';
import { VerdictIcon } from './icons.tsx';
import { sameList, useShown } from './shown.ts';
import type { Texts } from './texts.ts';
import { clock } from './view.ts';

export function Faults({ t }: { readonly t: Texts }) {
  const faults = useShown(({ scene }) => ofKind(scene, 'fault').sort((a, b) => a.order - b.order), sameList);
  const running = faults.some(({ state }) => state === 'active');
  const now = useNow(1_000, running);
  const isReplay = useShown(({ scene }) => ofKind(scene, 'target')[0]?.replay === true);
  return (
    <section class="panel faults">
      <h2>{t.faults.title}</h2>
      <p class="muted">{isReplay ? t.faults.none : t.faults.hint}</p>
      <ul>
        {faults.map((fault) => (
          <FaultRow key={fault.id} {...{ fault, t, now, isReplay }} />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly fault: FaultStatus;
  readonly t: Texts;
  readonly now: number;
  readonly isReplay: boolean;
}

function FaultRow({ fault, t, now, isReplay }: RowProps) {
  const [refusal, setRefusal] = useState<Problem>();
  const { id, state, startedAt = now, outcome } = fault;
  const problem = refusal ?? (state === 'failed' ? fault.problem : undefined);
  const { title, clientSees } = t.faults.names[id] ?? fault;
  const isOn = state === 'starting' || state === 'active' || state === 'undoing';
  const canUndo = isOn && fault.lasting;
  const act = () => {
    setRefusal(undefined);
    (isOn ? undoFault(id) : startFault(id)).catch((error: unknown) => setRefusal(whyOf(error)));
  };
  return (
    <li class={isOn ? 'on' : ''}>
      <div class="row">
        <span class="name" id={`fault-${id}`}>
          {title}
        </span>
        <Button
          class={isOn ? 'undo' : ''}
          aria-describedby={`fault-${id}`}
          off={isReplay || state === 'undoing' || (isOn && !canUndo)}
          onPress={act}
        >
          {isOn && fault.lasting ? t.faults.undo : t.faults.start}
        </Button>
      </div>
      <p class="sees">
        {isOn || state === 'recovering' ? (
          <strong>
            {t.faults.state[state]}
            {state === 'active'
              ? ` ${t.faults.activeFor(Math.max(0, Math.round((now - startedAt) / 1_000)))}`
              : ''}{' '}
            ·{' '}
          </strong>
        ) : undefined}
        {clientSees}
      </p>
      {state === 'idle' && outcome ? (
        <p class="outcome">{t.faults.outcome(outcome.live, outcome.fallback, outcome.failed)}</p>
      ) : undefined}
      <VerdictView fault={fault} t={t} />
      {problem === undefined ? undefined : (
        <p class="problem" role="alert">
          {t.faults.state.failed}: {problemText(t.problems, problem)}
        </p>
      )}
    </li>
  );
}

/** When it was, what must hold, and whether it did. */
function VerdictView({ fault, t }: Pick<RowProps, 'fault' | 't'>) {
  const { state, startedAt, endedAt, mustHold, verdict } = fault;
  if (state === 'failed' || startedAt === undefined) return undefined;
  const found = new Map(verdict?.findings.map((finding) => [finding.text, finding]));
  return (
    <div class="verdict" aria-live="polite">
      {endedAt === undefined ? undefined : (
        <p class="muted">
          {t.faults.lasted(clock(startedAt), clock(endedAt), Math.round((endedAt - startedAt) / 1_000))}
        </p>
      )}
      {verdict === undefined ? (
        <p>{t.faults.mustHold}</p>
      ) : (
        <p class={verdict.kind}>
          <strong>{t.faults.verdict[verdict.kind]}</strong>
          {verdict.why === undefined ? '' : ` ${t.faults.why[verdict.why]}`}
        </p>
      )}
      <ul>
        {mustHold.map((text) => {
          const finding = found.get(text);
          const kind = finding === undefined ? 'unknown' : finding.holds ? 'holds' : 'fails';
          return (
            <li key={text} class={kind}>
              <VerdictIcon kind={kind} label={t.faults[kind === 'unknown' ? 'notYet' : kind]} />
              <span>
                {t.faults.criterion(text)}
                {finding === undefined ? '' : ` (${t.faults.found(finding.found)})`}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
