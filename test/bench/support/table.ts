import type { Outcome, Row } from './row';

export interface Measured {
	row: Row;
	outcomes: Outcome[];
}

function lines(measured: Measured[]): string[][] {
	return measured.flatMap(({ row, outcomes }) =>
		outcomes.map(({ name, measured: value, goal, met }, at) => [
			at === 0 ? String(row.number) : '',
			at === 0 ? row.what : '',
			name,
			value,
			`${goal}${met ? '' : ' (missed)'}`,
		]),
	);
}

/** The table of test/bench/README.md. */
export function markdownTable(measured: Measured[]): string {
	const rows = [['#', 'what', 'measure', 'measured', 'goal'], ...lines(measured)];
	const widths = (rows[0] ?? []).map((_, column) =>
		Math.max(3, ...rows.map((cells) => (cells[column] ?? '').length)),
	);
	const print = (cells: string[]) =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const [head = [], ...body] = rows;
	return [print(head), print(widths.map((width) => '-'.repeat(width))), ...body.map(print)].join(
		'\n',
	);
}

/** How the numbers came about, to be opened by whoever doubts them. */
export function markdownDetails(measured: Measured[]): string {
	const told = measured.flatMap(({ row, outcomes }) =>
		outcomes.flatMap(({ details }) => details.map((detail) => `- ${row.number}: ${detail}`)),
	);
	return `<details>\n<summary>How the numbers came about</summary>\n\n${told.join('\n')}\n\n</details>`;
}

/** What is printed while the rows are measured. */
export function outcomeLines({ outcomes }: Measured): string[] {
	return outcomes.flatMap(({ name, measured: value, goal, met, details }) => [
		`${met ? 'PASS' : 'MISS'}  ${name}: ${value} (${goal})`,
		...details.map((detail) => `      ${detail}`),
	]);
}
