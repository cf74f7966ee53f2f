import type { IDataObject } from 'n8n-workflow';

import { runPoll } from '../../../nodes/ChatflowTrigger/poll';
import { ModelDify } from './support/model';
import { pollContext, type FakeSetup } from './support/n8n';
import { Random } from './support/random';

let dify: ModelDify;

beforeEach(() => {
	dify = new ModelDify(new Random(11));
	jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1));
});
afterEach(() => jest.restoreAllMocks());

function setupFor(event: string): FakeSetup {
	const serve: FakeSetup['serve'] = (path, query) =>
		path.includes('offline_file')
			? { body: { code: '000000', data: { file_id: 6, status: 4 } } }
			: dify.serve(path, query);
	return { parameters: { event, startFrom: 'now', user: 'someone', fileIds: '6' }, serve };
}

/** The memory of a trigger that has begun. */
async function begun(setup: FakeSetup): Promise<IDataObject> {
	dify.addLog();
	dify.addFeedback();
	dify.addMessage(dify.addConversation());
	const memory: IDataObject = {};
	await runPoll(pollContext(setup, memory));
	return JSON.parse(JSON.stringify(memory)) as IDataObject;
}

/** Cursors that another version or somebody by hand may have left. */
const BROKEN: Array<[event: string, what: string, change: IDataObject]> = [
	['workflowLog', 'no list', { known: null }],
	['workflowLog', 'a number that was none', { floor: null }],
	['workflowLog', 'rows of another kind', { open: ['7'] }],
	['workflowLog', 'a time that no date has', { floor: 1e15 }],
	['feedback', 'no list', { known: {} }],
	['feedback', 'no time', { floor: undefined }],
	['feedback', 'rows that are too short', { known: [[2026]] }],
	['feedback', 'no look', { look: [] }],
	['conversationMessage', 'no time', { floor: '2026' }],
	['conversationMessage', 'rows of another kind', { open: [['m', 'c', null, 5]] }],
	['conversationMessage', 'half a pass', { pass: { id: 'c', low: 1 } }],
	['conversationMessage', 'the cursor of an earlier version', { known: undefined, passed: 0 }],
	['offlineFileStatus', 'ids only', { queue: ['6'] }],
	['offlineFileStatus', 'no list', { ended: 6 }],
];

it.each(BROKEN)('a saved place of %s with %s starts afresh', async (event, _what, change) => {
	const setup = setupFor(event);
	const memory = await begun(setup);
	const position = memory.position as IDataObject;
	const good = JSON.stringify(position.cursor);
	memory.position = { ...position, cursor: { ...(position.cursor as IDataObject), ...change } };
	expect(await runPoll(pollContext(setup, memory))).toBeNull();
	expect(JSON.stringify((memory.position as IDataObject).cursor)).toBe(good);
});

it.each([...new Set(BROKEN.map(([event]) => event))])(
	'a saved place of %s goes on, also with something in it that is not known',
	async (event) => {
		const setup = setupFor(event);
		const memory = await begun(setup);
		const position = memory.position as IDataObject;
		const revision = position.revision;
		memory.position = {
			...position,
			cursor: { ...(position.cursor as IDataObject), ofLater: true },
		};
		dify.nowMs += 60_000;
		dify.addLog();
		dify.addFeedback();
		dify.addMessage(dify.addConversation());
		const output = await runPoll(pollContext(setup, memory));
		const count = event === 'offlineFileStatus' ? 0 : 1;
		expect(output?.[0]?.length ?? 0).toBe(count);
		expect((memory.position as IDataObject).revision).toBeGreaterThanOrEqual(Number(revision));
	},
);

it.each(['text', 7, null, [], { cursor: [] }, { scope: 5, revision: 'x', cursor: {} }])(
	'a memory that holds %j instead of a place starts afresh',
	async (position) => {
		const setup = setupFor('workflowLog');
		const memory: IDataObject = { position, lastError: position };
		dify.addLog();
		expect(await runPoll(pollContext(setup, memory))).toBeNull();
		expect(memory.position).toMatchObject({ cursor: { open: [] } });
	},
);
