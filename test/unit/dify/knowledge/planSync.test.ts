import type { IDataObject } from 'n8n-workflow';

import { HASH_FIELD, hashMark } from '../../../../nodes/Dify/knowledge/contentHash';
import type { SyncRules } from '../../../../nodes/Dify/knowledge/planSync';
import { planSync, sharedNames, SOURCE_FIELD } from '../../../../nodes/Dify/knowledge/planSync';

const KEY = 'nightly';
const RULES: SyncRules = { key: KEY, hashField: HASH_FIELD, deletesMissing: true };

interface Made {
	id?: string;
	hash?: string;
	/** Of which sync; `null` for none. */
	source?: string | null;
	fields?: IDataObject;
}

/** A document of this sync that was indexed, as the list shows it. */
function made(name: string, { id = name, hash = 'h', source = KEY, fields = {} }: Made = {}) {
	const document: IDataObject = {
		id,
		name,
		data_source_type: 'upload_file',
		data_source_info: { upload_file_id: `file of ${id}` },
		indexing_status: 'completed',
		display_status: 'available',
		enabled: true,
		archived: false,
		word_count: 10,
		...fields,
	};
	const values = [{ name: HASH_FIELD, value: hashMark(hash, document) }];
	if (source !== null) values.push({ name: SOURCE_FIELD, value: source });
	return { ...document, doc_metadata: values };
}

/** The plan in few words. */
function plan(
	inputs: Array<[name: string, hash: string]>,
	documents: IDataObject[],
	rules: Partial<SyncRules> = {},
) {
	const given = inputs.map(([name, hash]) => ({ name, hash }));
	const { inputs: planned, deletes } = planSync(given, documents, { ...RULES, ...rules });
	const words = planned.map((one) => {
		const name = given[one.input]?.name;
		if (one.action === 'created') return `create ${name}`;
		if (one.action === 'replaced') return `replace ${one.document.id}`;
		if (one.action === 'skipped') return `skip ${one.document.id}`;
		return `refuse ${one.reason} ${one.document.id}`;
	});
	return [...words, ...deletes.map(({ document }) => `delete ${document.id}`)];
}

const A: Array<[string, string]> = [['a', 'h']];

describe('the plan of a sync', () => {
	it.each<[string, Array<[string, string]>, IDataObject[], string[]]>([
		['makes what is not there', A, [], ['create a']],
		['skips what is there', A, [made('a')], ['skip a']],
		['replaces what has changed', A, [made('a', { hash: 'old' })], ['replace a']],
		['deletes what is missing', A, [made('a'), made('b')], ['skip a', 'delete b']],
		['deletes all for no input', [], [made('a'), made('b')], ['delete a', 'delete b']],
		['tells names apart by case', A, [made('A')], ['create a', 'delete A']],
	])('%s', (_, inputs, documents, expected) => {
		expect(plan(inputs, documents)).toEqual(expected);
	});

	it('deletes nothing unless asked to', () => {
		expect(plan(A, [made('b')], { deletesMissing: false })).toEqual(['create a']);
	});

	it.each<[string, IDataObject, string]>([
		['failed', { indexing_status: 'error', display_status: 'error' }, 'replace a'],
		['was paused', { indexing_status: 'indexing', display_status: 'paused' }, 'replace a'],
		['has no words', { word_count: 0 }, 'replace a'],
		['goes on', { indexing_status: 'indexing', word_count: null }, 'skip a'],
		['waits in a queue', { indexing_status: 'waiting', word_count: null }, 'skip a'],
	])('looks at an unchanged document whose indexing %s', (_, fields, expected) => {
		expect(plan(A, [made('a', { fields })])).toEqual([expected]);
	});

	it('does not trust a hash that was taken of another file', () => {
		const replaced = { ...made('a'), data_source_info: { upload_file_id: 'another' } };
		expect(plan(A, [replaced])).toEqual(['replace a']);
	});

	it('leaves a disabled document as it is while its content is the same', () => {
		const fields = { enabled: false, display_status: 'disabled' };
		expect(plan(A, [made('a', { fields })])).toEqual(['skip a']);
		expect(plan(A, [made('a', { fields, hash: 'old' })])).toEqual(['replace a']);
	});

	it('does not replace an archived document', () => {
		const fields = { archived: true, display_status: 'archived' };
		expect(plan(A, [made('a', { fields })])).toEqual(['skip a']);
		expect(plan(A, [made('a', { fields, hash: 'old' })])).toEqual(['refuse archived a']);
	});

	it('does not delete an archived document: Dify would refuse', () => {
		const fields = { archived: true, display_status: 'archived' };
		expect(plan(A, [made('a'), made('b', { fields })])).toEqual(['skip a']);
	});

	describe('for documents that it has not made', () => {
		it('takes over one of the same name that belongs to nobody', () => {
			expect(plan(A, [made('a', { source: null, hash: 'old' })])).toEqual(['replace a']);
			expect(plan(A, [made('a', { source: null })])).toEqual(['skip a']);
		});

		it('deletes none', () => {
			const others = [made('b', { source: null }), made('c', { source: 'another sync' })];
			expect(plan(A, [made('a'), ...others])).toEqual(['skip a']);
		});

		it('refuses one of another sync', () => {
			const foreign = made('a', { source: 'another sync', hash: 'old' });
			expect(plan(A, [foreign])).toEqual(['refuse foreign a']);
		});

		it('does not see those of websites and pipelines', () => {
			const fields = { data_source_type: 'website_crawl' };
			expect(plan(A, [made('a', { source: null, fields })])).toEqual(['create a']);
		});
	});

	describe('for several documents of one name', () => {
		it('keeps the unchanged one, wherever it stands, and deletes its own others', () => {
			const twins = [made('a', { id: '1', hash: 'old' }), made('a', { id: '2' })];
			expect(plan(A, twins)).toEqual(['skip 2', 'delete 1']);
			expect(plan(A, twins.reverse())).toEqual(['skip 2', 'delete 1']);
		});

		it('replaces the enabled one', () => {
			const disabled = { enabled: false, display_status: 'disabled' };
			const twins = [
				made('a', { id: '1', hash: 'old', fields: disabled }),
				made('a', { id: '2', hash: 'old' }),
			];
			expect(plan(A, twins)).toEqual(['replace 2', 'delete 1']);
		});
	});

	it('plans 1,000 inputs and documents at once', () => {
		const inputs = Array.from({ length: 1_000 }, (_, at): [string, string] => [`n${at}`, 'h']);
		const documents = Array.from({ length: 1_000 }, (_, at) => made(`n${at + 500}`));
		const words = plan(inputs, documents);
		const count = (word: string) => words.filter((one) => one.startsWith(word)).length;
		expect([count('create'), count('skip'), count('delete')]).toEqual([500, 500, 500]);
	});
});

describe('names that several inputs have', () => {
	it('are found once each', () => {
		const names = ['a', 'b', 'a', 'c', 'a', 'b'].map((name) => ({ name }));
		expect(sharedNames(names)).toEqual(['a', 'b']);
		expect(sharedNames([])).toEqual([]);
	});
});
