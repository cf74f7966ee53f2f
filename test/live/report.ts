import { say } from '../demo/print';
import type { Row } from './session';

const seconds = ({ ms }: Row) => `${(ms / 1000).toFixed(1)} s`;

/** One line of progress. */
export function tell(row: Row): void {
	say(`${row.result.padEnd(12)} ${seconds(row).padStart(8)}  ${row.operation}`);
	if (row.result === 'failed') say(`${' '.repeat(23)}${row.why}`);
}

/** The table at the end: operation, result, time; and why, where something did not pass. */
export function printTable(title: string, rows: Row[]): void {
	const width = Math.max(9, ...rows.map(({ operation }) => operation.length));
	const line = (...[operation = '', result = '', time = '', why = '']: string[]) =>
		say(`| ${operation.padEnd(width)} | ${result.padEnd(12)} | ${time.padStart(8)} | ${why}`);
	say(`\n${title}\n`);
	line('operation', 'result', 'time', 'why');
	line('-'.repeat(width), '-'.repeat(12), '-'.repeat(8), '---');
	for (const row of rows) {
		const why = (row.why ?? '').replace(/\s+/g, ' ');
		line(row.operation, row.result, row.ms > 0 ? seconds(row) : '', why);
	}
	say('');
}

/** The last line, as all suites print it. Gives the exit code. */
export function printSum(rows: Row[]): number {
	const count = (result: Row['result']) => rows.filter((row) => row.result === result).length;
	const [passed, failed] = [count('passed'), count('failed')];
	say(`${count('not possible')} not possible here`);
	say(`${passed} passed, ${failed} failed`);
	return failed === 0 && passed > 0 ? 0 : 1;
}
