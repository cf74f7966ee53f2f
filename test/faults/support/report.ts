import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineText } from '../../bench/support/machine';
import { rootFolder } from '../../support/n8n/installation';
import { OUTCOMES, type Ended, type Outcome } from './executions';
import { messageId } from './kind';
import { kinds } from './kinds';
import type { Results, Watched } from './run';

const START = '<!-- faults:start -->';
const END = '<!-- faults:end -->';

type Row = Array<string | number>;

/** A table in Markdown that is also good to read on a terminal; numbers stand on the right. */
function table([head, ...body]: [Row, ...Row[]]): string {
	const texts = [head, ...body].map((row) => row.map(String));
	const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
	const isNumber = head.map((_, column) => typeof body[0]?.[column] === 'number');
	const line = (row: string[]) =>
		`| ${row.map((cell, n) => (isNumber[n] ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0))).join(' | ')} |`;
	const rule = widths.map((width, n) =>
		isNumber[n] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
	);
	const [first = [], ...rest] = texts;
	return [line(first), line(rule), ...rest.map(line)].join('\n');
}

const shown = Object.keys(OUTCOMES) as Outcome[];

function outcomeTable({ ended }: Results): string {
	const count = (some: Ended[], outcome: Outcome) =>
		some.filter((one) => one.outcome === outcome).length;
	const row = (name: string, some: Ended[]): Row => [
		name,
		some.length,
		...shown.map((outcome) => count(some, outcome)),
	];
	return table([
		['executions', 'all', ...shown.map((outcome) => OUTCOMES[outcome])],
		...kinds.map((kind) =>
			row(
				kind.name,
				ended.filter(({ endpoint }) => endpoint.kind === kind),
			),
		),
		row('together', ended),
	]);
}

/** How often the messages of all calls were sent, by kind. */
function messageTable({ calls, messages }: Results): string {
	const row = (name: string, some: Results['calls']): Row => {
		const ids = some.flatMap(({ sent }) => sent.texts.map((text) => messageId(text) ?? ''));
		const seen = ids.map((id) => messages.get(id) ?? { received: 0, refused: 0, accepted: 0 });
		const times = (wanted: (sent: number) => boolean) =>
			seen.filter(({ received, refused }) => wanted(received - refused)).length;
		return [
			name,
			ids.length,
			times((sent) => sent === 1),
			times((sent) => sent > 1),
			times((sent) => sent === 0),
			seen.reduce((sum, { refused }) => sum + refused, 0),
		];
	};
	return table([
		[
			'chat messages',
			'all',
			'sent once',
			'sent twice',
			'never sent',
			'refused with 429, sent again',
		],
		...kinds
			.filter((kind) => kind.messages > 0)
			.map((kind) =>
				row(
					kind.name,
					calls.filter((call) => call.kind === kind),
				),
			),
		row('together', calls),
	]);
}

function faultTable({ strikes }: Results): string {
	return table([['fault', 'times'], ...[...strikes].sort(([a], [b]) => a.localeCompare(b))]);
}

const mb = (bytes: number | undefined) =>
	bytes === undefined ? '-' : `${Math.round(bytes / 1024 ** 2)} MB`;

function processTable({ processes }: Results): string {
	const row = ({ name, before, peak, after }: Watched): Row => [
		name,
		mb(before?.memory.heap),
		mb(after.memory.heap),
		mb(before?.memory.resident),
		mb(peak),
		mb(after.memory.resident),
		String(before?.open.count ?? '-'),
		String(after.open.count),
		String(after.sockets),
	];
	const head = ['heap before', 'heap after', 'resident before', 'resident peak', 'resident after'];
	const files = ['files before', 'files after', 'sockets to the servers after'];
	return table([['process', ...head, ...files], ...processes.map(row)]);
}

/** How the callers of the webhooks were answered. */
function answers({ calls }: Results): string {
	const counts = new Map<string, number>();
	for (const { status } of calls) {
		const key = status === undefined ? 'no answer' : `HTTP ${status}`;
		counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	return [...counts].map(([key, count]) => `${count} ${key}`).join(', ');
}

const total = ({ strikes }: Results) => strikes.reduce((sum, [, times]) => sum + times, 0);

function summary(results: Results): string {
	const { form, seed, loadMs, requests, calls } = results;
	const struck = total(results);
	return (
		`${calls.length} executions (${form.name} form, seed ${seed}) in ${Math.round(loadMs / 1000)} s; ` +
		`${struck} faults in ${requests} requests (${((struck / requests) * 100).toFixed(1)} %)`
	);
}

/** The slowest calls that were under way when the worker was killed. */
function afterDeath({ calls, killedAt }: Results): string {
	const late = calls.filter(({ startedAt, endedAt }) => startedAt < killedAt && killedAt < endedAt);
	const longest = Math.max(0, ...late.map(({ endedAt }) => endedAt - killedAt));
	return `${late.length} calls were under way when the worker was killed; the last of them was answered ${Math.round(longest / 1000)} s later`;
}

/** All figures, as they are printed. */
export function report(results: Results): string {
	return [
		summary(results),
		outcomeTable(results),
		messageTable(results),
		faultTable(results),
		processTable(results),
		`Callers: ${answers(results)}. ${afterDeath(results)}.`,
		...details(results),
	].join('\n\n');
}

/** Every error message of the nodes, with the number of executions that it ended. */
function details({ ended }: Results): string[] {
	const counts = new Map<string, number>();
	for (const { outcome, detail } of ended.filter((one) => one.detail !== '')) {
		const line = `${OUTCOMES[outcome]}: ${detail}`;
		counts.set(line, (counts.get(line) ?? 0) + 1);
	}
	const lines = [...counts].sort(([, a], [, b]) => b - a);
	return [lines.map(([line, count]) => `${String(count).padStart(4)}  ${line}`).join('\n')];
}

/** Puts the figures into test/faults/README.md, between its two markers; fails when it has not got them. */
export function writeReport(results: Results): void {
	const file = join(rootFolder, 'test/faults/README.md');
	const text = readFileSync(file, 'utf8');
	const [start, end] = [text.indexOf(START), text.indexOf(END)];
	if (start < 0 || end < start) throw new Error(`${file} has no place for the figures (${START})`);
	const body = [
		`${summary(results)}. ${afterDeath(results)}. ${machineText()}`,
		outcomeTable(results),
		messageTable(results),
		processTable(results),
	].join('\n\n');
	writeFileSync(file, `${text.slice(0, start + START.length)}\n\n${body}\n\n${text.slice(end)}`);
}
