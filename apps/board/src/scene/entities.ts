/** What the board knows of a shop on any platform. The page draws only these. */
import type { Problem } from '../problems/problem.ts';

/** What is watched, and whether it can be seen now. */
export interface Target {
  readonly kind: 'target';
  readonly id: 'target';
  readonly platform: 'laptop' | 'kind';
  /** `this machine`, or the context of kubectl. */
  readonly name: string;
  /** `lost`: the last known state is shown. */
  readonly state: 'connecting' | 'live' | 'lost';
  /** Why it cannot be seen, and what to do. */
  readonly problem?: Problem;
  /** It is a recording, so nothing can be changed. */
  readonly replay?: true;
}

/** Where units run: a node of the cluster, or this machine. */
export interface Place {
  readonly kind: 'place';
  readonly id: string;
  readonly name: string;
  readonly zone?: string;
  readonly controlPlane?: true;
  readonly ready: boolean;
  readonly cordoned: boolean;
  readonly taints: readonly string[];
}

/** `waiting`: it failed and is restarted after a pause. */
export type UnitState =
  | 'pending'
  | 'starting'
  | 'ready'
  | 'waiting'
  | 'stopping'
  | 'stopped'
  | 'done'
  | 'failed';

/** A container of a pod, or a process. */
export interface Part {
  readonly name: string;
  readonly sidecar: boolean;
  readonly state: UnitState;
  readonly restarts: number;
  /** Process id, or the first characters of the image's digest. */
  readonly detail?: string;
}

/** A pod, or on a laptop the processes that would be one. */
export interface Unit {
  readonly kind: 'unit';
  readonly id: string;
  readonly name: string;
  /** The service that it belongs to: `product`. */
  readonly app: string;
  readonly namespace?: string;
  /** Id of the place; absent while it has none. */
  readonly place?: string;
  readonly state: UnitState;
  /** Why it is not ready, in the platform's word: `CrashLoopBackOff`. */
  readonly reason?: string;
  readonly restarts: number;
  readonly parts: readonly Part[];
  /** `Deployment/product`. */
  readonly owner?: string;
  /** Its role in a replica set. */
  readonly role?: 'primary' | 'secondary';
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** A station on a request's path: the Ingress or front door, a service, a database. */
export interface Service {
  readonly kind: 'service';
  readonly id: string;
  readonly name: string;
  readonly role: 'entry' | 'service' | 'store';
  /** The product that it runs: `MongoDB`, `SQLite`, `Traefik`. */
  readonly technology?: string;
  readonly ready: number;
  readonly wanted: number;
}

/** One service sends requests to another. */
export interface Link {
  readonly kind: 'link';
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** The breaker of one ambassador for one upstream. */
export interface Breaker {
  readonly kind: 'breaker';
  readonly id: string;
  /** Id of the unit whose ambassador has it. */
  readonly unit: string;
  readonly from: string;
  readonly to: string;
  readonly state: BreakerState;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly nextTrialAt?: number;
  /** Counts in the rolling window. */
  readonly counts: Readonly<Record<'fires' | 'failures' | 'rejects' | 'fallbacks', number>>;
}

/** A controller that keeps a number of pods: Deployment, StatefulSet, Job, autoscaler. */
export interface Workload {
  readonly kind: 'workload';
  readonly id: string;
  readonly name: string;
  readonly type: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'HorizontalPodAutoscaler';
  readonly ready: number;
  readonly wanted: number;
  /** During a rollout: how many replicas have the new version. */
  readonly updated?: number;
  readonly state: 'steady' | 'changing' | 'done' | 'failed';
  /** For an autoscaler: `cpu 40 % of 70 %`. */
  readonly detail?: string;
}

export interface Volume {
  readonly kind: 'volume';
  readonly id: string;
  readonly name: string;
  readonly bound: boolean;
  readonly capacity?: string;
  /** Ids of the units that mount it. */
  readonly units: readonly string[];
}

/** Something that the page can break. */
export interface FaultStatus {
  readonly kind: 'fault';
  readonly id: string;
  /** In English, from the catalogue. */
  readonly title: string;
  /** What a client of the shop must see meanwhile, in English. */
  readonly clientSees: string;
  /** It lasts until it is undone; otherwise the shop recovers by itself. */
  readonly lasting: boolean;
  /** What must hold, in English. */
  readonly mustHold: readonly string[];
  /** `recovering`: it is undone, and the shop is watched until there is a verdict. */
  readonly state: 'idle' | 'starting' | 'active' | 'undoing' | 'recovering' | 'failed';
  /** The last time: when it began, and when its cause was over; milliseconds since 1970. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly problem?: Problem;
  /** What clients saw from its beginning until the shop had recovered. */
  readonly outcome?: Counts;
  readonly verdict?: Verdict;
  /** Its place in the list. */
  readonly order: number;
}

/** Whether what had to hold did hold. */
export interface Verdict {
  readonly kind: 'holds' | 'fails' | 'unknown';
  /**
   * Why it is unknown: there were no requests; there was another fault, too; clients had errors or fallbacks before; it
   * was undone before it could be judged.
   */
  readonly why?: 'no-traffic' | 'disturbed' | 'not-clean' | 'too-short';
  readonly findings: readonly { readonly text: string; readonly holds: boolean; readonly found: string }[];
}

/** A lesson that has been run from the page; the last time counts. */
export interface LessonRun {
  readonly kind: 'lesson';
  /** As the page's address has it: `02-pod`. */
  readonly id: string;
  /** `break`: with the lesson's sabotage, which has to make it fail. */
  readonly mode: 'run' | 'step' | 'break';
  /** `waiting`: for the user to go on. `undoing`: its cleanup runs. */
  readonly state: 'running' | 'waiting' | 'undoing' | 'done';
  /** The step that waits or runs now. */
  readonly step?: number;
  readonly steps: readonly LessonStep[];
  /** `stopped`: it was reset before its end. */
  readonly verdict?: 'passed' | 'failed' | 'noticed' | 'not-noticed' | 'not-proven' | 'stopped';
  /** Why it failed; one line each, in English. */
  readonly problems: readonly string[];
  /** When it ended; milliseconds since 1970. */
  readonly since?: number;
}

export interface LessonStep {
  readonly number: number;
  readonly kind: 'run' | 'cleanup' | 'sabotage';
  readonly script: string;
  /** The end of what it printed. */
  readonly printed: string;
  readonly seconds: number;
  /** Why it is not as expected; absent if it is. */
  readonly problem?: string;
}

export interface Counts {
  readonly live: number;
  readonly fallback: number;
  readonly failed: number;
}

/** The traffic of the board's own client. */
export interface TrafficStatus {
  readonly kind: 'traffic';
  readonly id: 'traffic';
  readonly on: boolean;
  readonly perSecond: number;
  readonly maxPerSecond: number;
  /** Where requests go: `http://localhost:8080`. */
  readonly url: string;
  /** Since the board was opened. */
  readonly total: Counts;
  /** Reason of the latest failure: `503`, `ECONNREFUSED`. Absent while nothing fails. */
  readonly failure?: string;
}

export type Entity =
  | Target
  | Place
  | Unit
  | Service
  | Link
  | Breaker
  | Workload
  | Volume
  | FaultStatus
  | LessonRun
  | TrafficStatus;

export type EventType =
  | 'unit-created'
  | 'unit-ready'
  | 'unit-not-ready'
  | 'unit-restarted'
  | 'unit-stopping'
  | 'unit-gone'
  | 'breaker-open'
  | 'breaker-closed'
  | 'place-lost'
  | 'place-ready'
  | 'place-cordoned'
  | 'place-uncordoned'
  | 'primary'
  | 'scaled'
  | 'rollout'
  | 'rollout-done'
  | 'fault-started'
  | 'fault-ended'
  | 'fault-left'
  | 'target-lost'
  | 'target-live';

/** Something that happened, as a mark on the time axis. */
export interface SceneEvent {
  readonly at: number;
  readonly type: EventType;
  readonly subject: string;
  /** `2 → 3`. */
  readonly detail?: string;
}

/** The requests that were due in one second. Latencies in milliseconds. */
export interface Second extends Counts {
  /** The second's beginning; milliseconds since 1970. */
  readonly at: number;
  readonly p50?: number;
  readonly p99?: number;
}

export const keyOf = ({ kind, id }: Pick<Entity, 'kind' | 'id'>): string => `${kind}/${id}`;
