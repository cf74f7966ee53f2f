import {
	advance,
	diff,
	fileCursor,
	nextFiles,
	parseIds,
	withFiles,
	type FileCursor,
	type FileStatus,
} from '../../../../../nodes/ChatflowTrigger/events/offlineFileStatus/cursor';

const fileStatus = (id: string, status: number): FileStatus => ({
	id,
	status,
	isFinal: [3, 6, 7, 8].includes(status),
});
const ids = (statuses: FileStatus[]) => statuses.map(({ id, status }) => `${id}:${status}`);

describe('the list of file ids', () => {
	it.each([
		['commas', '6,7, 8', ['6', '7', '8']],
		['lines and blanks', ' 6\n7\t8 \r\n', ['6', '7', '8']],
		['semicolons', '6;7', ['6', '7']],
		['one number', 6, ['6']],
		['a list', [6, '7', [8]], ['6', '7', '8']],
		['a list as text', '[6, "7"]', ['6', '7']],
		['an id twice', '6,6', ['6']],
		['a list of such texts', ['6,7', '8'], ['6', '7', '8']],
		['nothing', '', []],
		['nothing at all', undefined, []],
	])('is understood with %s', (_what, given, expected) => {
		expect(parseIds(given)).toEqual(expected);
	});

	it('keeps all digits of a long id', () => {
		expect(parseIds('1858406156273270784')).toEqual(['1858406156273270784']);
	});
});

describe('the watch over files', () => {
	it('reports the first status of a file that it did not know', () => {
		expect(ids(diff(fileCursor(['6']), [fileStatus('6', 4)]))).toEqual(['6:4']);
	});

	it('reports no status twice', () => {
		const cursor = advance(fileCursor(['6']), ['6'], [fileStatus('6', 4)]);
		expect(diff(cursor, [fileStatus('6', 4)])).toEqual([]);
	});

	it('asks for a file no more when it has ended', () => {
		const cursor = advance(
			fileCursor(['6', '7']),
			['6', '7'],
			[fileStatus('6', 7), fileStatus('7', 4)],
		);
		expect(nextFiles(cursor, 10)).toEqual(['7']);
		expect(cursor.ended).toEqual(['6']);
	});

	it('takes up new files, forgets those that were taken out, and keeps the rest', () => {
		const cursor = advance(
			fileCursor(['6', '7']),
			['6', '7'],
			[fileStatus('6', 7), fileStatus('7', 4)],
		);
		const changed = withFiles(cursor, ['7', '9', '6']);
		expect(changed).toEqual({
			queue: [
				['7', 4],
				['9', 0],
			],
			ended: ['6'],
		});
		expect(withFiles(changed, ['9'])).toEqual({ queue: [['9', 0]], ended: [] });
	});

	it('goes on after a file whose status cannot be read', () => {
		const cursor = advance(fileCursor(['6', '7', '8']), ['6', '7'], [fileStatus('7', 4)]);
		expect(nextFiles(cursor, 3)).toEqual(['8', '6', '7']);
	});

	it('asks a thousand files in turn: each once in ten polls of a hundred', () => {
		const all = Array.from({ length: 1000 }, (_, i) => String(i));
		const asked = new Map<string, number>();
		let cursor: FileCursor = fileCursor(all);
		for (let poll = 0; poll < 30; poll++) {
			const turn = nextFiles(cursor, 100);
			for (const id of turn) asked.set(id, (asked.get(id) ?? 0) + 1);
			// A few can never be read.
			const read = turn.filter((id) => !id.endsWith('7')).map((id) => fileStatus(id, 4));
			cursor = advance(cursor, turn, read);
		}
		expect(asked.size).toBe(1000);
		expect(new Set(asked.values())).toEqual(new Set([3]));
	});
});
