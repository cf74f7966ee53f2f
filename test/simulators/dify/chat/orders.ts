import type { VersionTraits } from '../versions';
import type { Outcome } from './signals';

/** One step at the end of a run. */
export type TailStep = 'message_end' | 'workflow_finished' | 'error' | 'audio';

type TailTable = Record<VersionTraits['tail'], Partial<Record<Outcome, readonly TailStep[]>>>;

const FAILED: readonly TailStep[] = ['workflow_finished', 'error'];
const STOPPED: readonly TailStep[] = ['workflow_finished', 'message_end'];
const REPLY_ONLY: readonly TailStep[] = ['message_end'];

/**
 * In which order the end of a run is *published*. What a client receives follows
 * from this and from one rule: a worker-based server closes the stream at the first
 * `workflow_finished` or `workflow_paused`, and everything published after it is lost.
 */
const TAILS: TailTable = {
	'finished-first': {
		succeeded: ['workflow_finished', 'message_end', 'audio'],
		partial: ['workflow_finished', 'message_end', 'audio'],
		failed: FAILED,
		stopped: STOPPED,
		'no-workflow': REPLY_ONLY,
	},
	'end-first': {
		succeeded: ['message_end', 'workflow_finished', 'audio'],
		partial: ['message_end', 'workflow_finished', 'audio'],
		failed: FAILED,
		stopped: STOPPED,
		'no-workflow': REPLY_ONLY,
	},
	'audio-first': {
		succeeded: ['message_end', 'audio', 'workflow_finished'],
		partial: ['message_end', 'audio', 'workflow_finished'],
		failed: FAILED,
		stopped: STOPPED,
		'no-workflow': REPLY_ONLY,
	},
};

/** The last steps of a run with this outcome, in published order. */
export function tailOf(traits: VersionTraits, outcome: Outcome): readonly TailStep[] {
	return TAILS[traits.tail][outcome] ?? [];
}

/** Frames that a newest worker adds when a run ended without a terminal event. */
export function syntheticTail(
	traits: VersionTraits,
	outcome: Outcome,
	terminalSeen: boolean,
): ReadonlyArray<'workflow_started' | 'workflow_finished'> {
	if (!traits.syntheticTerminal || terminalSeen) return [];
	return outcome === 'no-workflow'
		? ['workflow_started', 'workflow_finished']
		: ['workflow_finished'];
}

/** Events at which a worker-based server ends the stream. */
export const TERMINAL_EVENTS: ReadonlySet<string> = new Set([
	'workflow_finished',
	'workflow_paused',
]);
