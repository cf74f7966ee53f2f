import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import { loadPackage } from '../support/engine';

/** n8n's rules for what is read in the panel of a node, where its linter does not look. */
interface Field {
	/** Where it stands: node, resource, operation, collections and its own name. */
	path: string;
	field: INodeProperties;
	/** Whether it stands in a collection, where every field is optional. */
	optional: boolean;
}

const NODES = ['cybertron', 'dify', 'chatflowTrigger'];
const SMALL_WORDS = /^(of|the|to|on|at|or|and|from|for|is|a|an|by|with|in)$/;

let fields: Field[];
let listMethods: Map<string, string[]>;
let descriptions: INodeTypeDescription[];

function describeNode(name: string, packageNodes: Awaited<ReturnType<typeof loadPackage>>) {
	const { type } = packageNodes.getNode(name);
	return (type as { description: INodeTypeDescription }).description;
}

/** n8n itself adds the field with the times of a polling trigger. */
function isOurs({ name }: INodeProperties): boolean {
	return name !== 'pollTimes';
}

function isField(option: object): option is INodeProperties {
	return 'type' in option && 'default' in option;
}

function collect(properties: INodeProperties[], prefix: string, optional = false): Field[] {
	return properties.filter(isOurs).flatMap((field) => {
		const { resource = [], operation = [] } = field.displayOptions?.show ?? {};
		const path = [prefix, ...resource, ...operation, field.name].join('.');
		const inner = (field.options ?? []).flatMap((option) => {
			if ('values' in option)
				return collect((option as INodePropertyCollection).values, `${path}.${option.name}`, true);
			return isField(option) ? collect([option], path, true) : [];
		});
		return [{ path, field, optional }, ...inner];
	});
}

function choicesOf({ field }: Field): INodePropertyOptions[] {
	if (field.type !== 'options' && field.type !== 'multiOptions') return [];
	return (field.options ?? []) as INodePropertyOptions[];
}

function offenders(isWrong: (field: Field) => boolean): string[] {
	return fields.filter(isWrong).map(({ path }) => path);
}

function isTitleCase(text: string): boolean {
	const words = text.replace(/[(),]/g, ' ').split(/\s+/).filter(Boolean);
	return words.every(
		(word, index) => /^[A-Z0-9]/.test(word) || (index > 0 && SMALL_WORDS.test(word)),
	);
}

/** A single sentence ends without a dot, several end with one. */
function endsWrongly(text: string): boolean {
	const several = /[.!?]\s+[A-Z]/.test(text);
	return several !== /\.$/.test(text);
}

beforeAll(async () => {
	const nodes = await loadPackage();
	descriptions = NODES.map((name) => describeNode(name, nodes));
	listMethods = new Map(
		NODES.map((name) => {
			const { methods } = nodes.getNode(name).type as { methods?: { listSearch?: object } };
			return [name, Object.keys(methods?.listSearch ?? {})];
		}),
	);
	fields = descriptions.flatMap(({ name, properties }) => collect(properties, name));
});

describe('the fields of all nodes', () => {
	it('are many', () => {
		expect(fields.length).toBeGreaterThan(200);
	});

	it('have a list where they offer one', () => {
		const lacksList = ({ path, field }: Field) =>
			(field.modes ?? []).some(({ typeOptions }) => {
				const method = typeOptions?.searchListMethod;
				const offered = listMethods.get(path.split('.')[0] ?? '') ?? [];
				return method !== undefined && !offered.includes(method);
			});
		expect(offenders(lacksList)).toEqual([]);
		expect(listMethods.get('chatflowTrigger')).toContain('searchConversations');
	});

	it('have labels in title case, and ID in capitals', () => {
		const isWrong = (label: string) =>
			!isTitleCase(label) || /\b(Id|Url|Uuid|Json)s?\b/.test(label);
		expect(offenders(({ field }) => field.type !== 'notice' && isWrong(field.displayName))).toEqual(
			[],
		);
		expect(offenders((one) => choicesOf(one).some(({ name }) => isWrong(name)))).toEqual([]);
	});

	it('are explained, but for the two selectors that explain themselves', () => {
		const selfEvident = ['resource', 'operation', 'event'];
		expect(
			offenders(
				({ field }) =>
					field.type !== 'notice' &&
					field.type !== 'collection' &&
					!selfEvident.includes(field.name) &&
					!field.description,
			),
		).toEqual([]);
	});

	it('are explained by sentences that begin large, and end with a dot only if there are several', () => {
		const isWrong = (text = '') => text !== '' && (/^[a-z]/.test(text) || endsWrongly(text));
		expect(offenders(({ field }) => isWrong(field.description))).toEqual([]);
		expect(offenders(({ field }) => isWrong(field.hint))).toEqual([]);
		expect(
			offenders((one) => choicesOf(one).some(({ description }) => isWrong(description))),
		).toEqual([]);
	});

	it('say "Whether" when they are switches, and only then', () => {
		expect(
			offenders(
				({ field }) => /^Whether /.test(field.description ?? '') !== (field.type === 'boolean'),
			),
		).toEqual([]);
	});

	it('show an example wherever a text is typed', () => {
		const typed = ({ field }: Field) => field.type === 'string';
		expect(
			offenders((one) => typed(one) && !/^e\.g\. \S/.test(one.field.placeholder ?? '')),
		).toEqual([]);
	});

	it('offer their choices and options in alphabetical order', () => {
		const sorted = (names: string[]) =>
			names.every(
				(name, index) =>
					index === 0 || String(names[index - 1]).toLowerCase() <= name.toLowerCase(),
			);
		expect(offenders((one) => !sorted(choicesOf(one).map(({ name }) => name)))).toEqual([]);
		expect(
			offenders(
				({ field }) =>
					field.type === 'collection' &&
					!sorted((field.options ?? []).map((option) => (option as INodeProperties).displayName)),
			),
		).toEqual([]);
	});

	it('require nothing inside of a collection, where nobody would see it', () => {
		expect(offenders(({ field, optional }) => optional && field.required === true)).toEqual([]);
	});

	it('limit a list that is not wanted whole to 50, as n8n does', () => {
		const lists = fields.filter(({ field }) => field.name === 'returnAll');
		const limits = fields.filter(({ field }) => field.name === 'limit');
		expect(limits.map(({ field }) => field.default)).toEqual(lists.map(() => 50));
		expect(lists.map(({ field }) => field.default)).toEqual(lists.map(() => false));
	});

	it('are shown for both transports when both send them', () => {
		const both = ['extraBody', 'extraHeader'];
		const dialog = fields.filter(({ path }) => path.startsWith('cybertron.dialog.send.options.'));
		const shown = dialog.filter(({ field }) => both.includes(field.name));
		expect(shown.map(({ field }) => field.displayOptions)).toEqual([undefined, undefined]);
	});
});

describe('the actions of the operations', () => {
	it('are sentences without articles', () => {
		const actions = fields
			.filter(({ field }) => field.name === 'operation')
			.flatMap((one) => choicesOf(one).map(({ action = '' }) => action));
		expect(actions.length).toBeGreaterThanOrEqual(40);
		expect(actions.filter((action) => !/^[A-Z][a-z]+( [a-z]+)+$/.test(action))).toEqual([]);
		expect(actions.filter((action) => /\b(a|an|the)\b/i.test(action))).toEqual([]);
		expect(new Set(actions).size).toBe(actions.length);
	});
});

describe('what the canvas shows below a node', () => {
	it('is in words, not in the spelling of the code', () => {
		for (const { subtitle } of descriptions) expect(subtitle).toMatch(/toLowerCase\(\)/);
	});
});

describe('a notice', () => {
	const noticeIn = (path: string) =>
		fields.find((one) => one.field.type === 'notice' && one.path.startsWith(path))?.field;

	it.each([
		['that Dify logs nothing for Chatflow apps', 'dify.workflowRun.getLogs', /Chatflow app/],
		[
			'that Dify logs nothing for Chatflow apps',
			'chatflowTrigger.workflowLogNotice',
			/Chatflow app/,
		],
		['that a file belongs to its user', 'dify.file.upload', /same User/],
		['that a file belongs to its user', 'dify.chat.send.files', /same User/],
		['what an empty segment code means', 'cybertron.chatflow.run', /new conversation/],
		['what an empty segment code means', 'cybertron.dialog.send', /new conversation/],
	])('tells %s: %s', (_, path, text) => {
		expect(noticeIn(path)?.displayName).toMatch(text);
	});
});
