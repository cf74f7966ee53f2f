import { MAX_SECOND } from '../records';

type Column = 'number' | 'string';

/** Whether a saved value is a second of the server's clock. */
export function isSecond(value: unknown): value is number {
	return typeof value === 'number' && value >= 0 && value <= MAX_SECOND;
}

/** Whether a saved value is a list of texts. */
export function isTexts(value: unknown): boolean {
	return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** Whether a saved value is a list of rows with exactly these columns. */
export function isTable(value: unknown, columns: Column[]): boolean {
	return Array.isArray(value) && value.every((row) => isRow(row, columns));
}

/** Whether a saved value is a row with exactly these columns. */
export function isRow(row: unknown, columns: Column[]): boolean {
	if (!Array.isArray(row) || row.length !== columns.length) return false;
	return columns.every((type, i) =>
		type === 'number' ? Number.isFinite(row[i]) : typeof row[i] === 'string',
	);
}
