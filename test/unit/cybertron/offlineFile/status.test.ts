import type { IDataObject } from 'n8n-workflow';

import {
	isFailedStatus,
	isFinalStatus,
	STATUS_NAMES,
	toStatusItem,
} from '../../../../nodes/Cybertron/offlineFile/status';
import printed from '../../../fixtures/cybertron/offline-status.json';

const example = (JSON.parse(printed.response) as { data: IDataObject }).data;
const STATUSES = [1, 2, 3, 4, 5, 6, 7, 8];

test('every documented status has a readable name', () => {
	expect(Object.keys(STATUS_NAMES).map(Number)).toEqual(STATUSES);
	expect(new Set(Object.values(STATUS_NAMES)).size).toBe(8);
	expect(toStatusItem({ status: 4 })).toMatchObject({ status: 4, status_name: 'parsing' });
});

test('3, 6, 7 and 8 are final; 5 only when parsing is all that is waited for', () => {
	const final = (until: 'flow' | 'parsing') =>
		STATUSES.filter((status) => isFinalStatus({ status }, until));
	expect(final('flow')).toEqual([3, 6, 7, 8]);
	expect(final('parsing')).toEqual([3, 5, 6, 7, 8]);
	expect(isFinalStatus({ status: 99 })).toBe(false);
	expect(isFinalStatus({})).toBe(false);
});

test('a status that is spelt as text is read as a number', () => {
	expect(isFinalStatus({ status: '7' })).toBe(true);
	expect(toStatusItem({ status: '8' })).toMatchObject({ status: 8, status_name: 'flow_failed' });
	expect(toStatusItem({ status: 'soon' })).toMatchObject({
		status: 'soon',
		status_name: 'unknown',
	});
});

test('status 8 beside a content is a result with a warning', () => {
	const data = { status: 8, error_msg: 'flow failed', parse_content: '```json\n{"a":1}\n```' };
	expect(isFailedStatus(data)).toBe(false);
	expect(toStatusItem(data)).toEqual({
		...data,
		status_name: 'flow_failed',
		parsed_content: { a: 1 },
		warning: 'The server reports flow_failed (flow failed), but there is content',
	});
	expect(isFailedStatus({ status: 8, parse_content: [], llm_content: 'Summary' })).toBe(false);
});

test.each([[[]], [''], [null], ['[]'], [undefined], [{}]])(
	'status 8 without a content is a failure (parse_content %j)',
	(content) => {
		const data = { status: 8, parse_content: content, llm_content: null } as IDataObject;
		expect(isFailedStatus(data)).toBe(true);
		expect(toStatusItem(data)).not.toHaveProperty('warning');
		expect(toStatusItem(data)).not.toHaveProperty('parsed_content');
	},
);

test('the printed example gives its messages decoded and the raw text beside them', () => {
	const item = toStatusItem(example);
	expect(item).toMatchObject({ ...example, status_name: 'parse_finished' });
	expect(item.parsed_content).toEqual([
		{ text: '\\message1', speaker_id: 0 },
		{ text: '\\message2', speaker_id: 1 },
		{ text: '\\message3', speaker_id: 1 },
	]);
});

test('a text that holds no JSON stays as it is, with nothing decoded beside it', () => {
	const item = toStatusItem({ status: 7, parse_content: 'The text of the file.' });
	expect(item.parse_content).toBe('The text of the file.');
	expect(item).not.toHaveProperty('parsed_content');
});
