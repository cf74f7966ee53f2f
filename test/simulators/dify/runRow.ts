import type { SimulatorCore } from './core';
import type { RunRecord } from './records';

/** The row of a run as a client sees it: that of a stopped one may say `running` for a while. */
export function rowOf(core: SimulatorCore, record: RunRecord): RunRecord {
	const isStopped = record.status === 'stopped' && record.error === 'Stopped by user.';
	const until = (record.finishedAt ?? 0) + core.settings.stoppedRowMs;
	if (!core.traits.stoppedRowIsLate || !isStopped || Date.now() >= until) return record;
	return { ...record, status: 'running', outputs: {}, error: null, finishedAt: null };
}
