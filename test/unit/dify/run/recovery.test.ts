import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Caller } from '../../../../nodes/shared/client';
import { aggregated, answerOf } from '../../../../nodes/Dify/run/state/outputs';
import { startState } from '../../../../nodes/Dify/run/state/state';
import type { RunState } from '../../../../nodes/Dify/run/state/state';
import { takeRun } from '../../../../nodes/Dify/run/pollRun';
import { completeFromHistory } from '../../../../nodes/Dify/run/history';

interface Known {
	/** Streamed before the connection broke. */
	streamed?: string;
	/** Output of the run. */
	output?: string;
	/** What the history has. */
	saved?: string;
	moderated?: boolean;
}

/** A caller whose history has one message, and who does not wait for more. */
function callerWith(message: IDataObject | undefined): Caller {
	const body = JSON.stringify({ data: message ? [{ id: 'other' }, message] : [] });
	const context = {
		helpers: {
			httpRequestWithAuthentication: async () => ({ statusCode: 200, headers: {}, body }),
		},
	} as unknown as IExecuteFunctions;
	return { context, timeoutMs: 1000, signal: AbortSignal.abort() };
}

function stateOf({ streamed = '', output, moderated = false }: Known): RunState {
	const state = startState();
	Object.assign(state, { answer: streamed, moderated, conversationId: 'conv', messageId: 'msg' });
	takeRun(state, { id: 'run', status: 'succeeded', outputs: { answer: output ?? '' } });
	return state;
}

async function complete(state: RunState, message?: IDataObject): Promise<boolean> {
	const reader = { caller: callerWith(message), state, user: 'ann', onText: async () => {} };
	return await completeFromHistory(reader);
}

describe('the text of a recovered answer', () => {
	it.each<[string, Known, string]>([
		['the output of the run', { streamed: 'Hel', output: 'Hello', saved: 'Hello' }, 'Hello'],
		['the history when the run has none', { streamed: 'Hel', saved: 'Hello' }, 'Hello'],
		['the output when the history has none', { streamed: 'Hel', output: 'Hello' }, 'Hello'],
		['what was streamed when nobody else has any', { streamed: 'Hel' }, 'Hel'],
		[
			'the output with its pictures, which old servers leave out of the history',
			{ output: 'A ![x](y) cat', saved: 'A  cat' },
			'A ![x](y) cat',
		],
		['the history, when moderation changed it', { output: 'bad', saved: '[x]' }, '[x]'],
		[
			'not what moderation has withdrawn',
			{ streamed: '[x]', output: 'bad', moderated: true },
			'[x]',
		],
		[
			'not a text that was saved at a pause, while more was streamed',
			{ streamed: 'Wait. Done', saved: 'Wait.' },
			'Wait. Done',
		],
	])('is %s', async (_name, known, text) => {
		const state = stateOf(known);
		await complete(state, { id: 'msg', answer: known.saved ?? '' });
		expect(answerOf(state)).toBe(text);
	});

	it.each([
		['[A][B]', 'done', '[A][B]done'],
		['Intro [A][B]do', 'Intro done', 'Intro [A][B]done'],
		['[A][B]done', '', '[A][B]done'],
	])(
		'keeps what containers said, which Dify 1.12 does not save: %s',
		async (streamed, saved, text) => {
			const state = stateOf({ streamed });
			const data = { node_type: 'iteration' };
			const node = { id: 'it', nodeId: 'it', data, text: '', retries: 0, ended: true };
			state.executions.set('it', node);
			await complete(state, { id: 'msg', answer: saved });
			expect(answerOf(state)).toBe(text);
			expect(state.isPatched).toBe(saved !== '');
		},
	);

	it('takes citations, files and waiting forms along', async () => {
		const state = startState();
		Object.assign(state, { conversationId: 'conv', messageId: 'msg' });
		takeRun(state, { id: 'run', status: 'paused', outputs: {} });
		const whole = await complete(state, {
			id: 'msg',
			answer: 'So far',
			retriever_resources: [{ position: 1 }],
			message_files: [
				{ id: 'f1', belongs_to: 'assistant' },
				{ id: 'f2', belongs_to: 'user' },
			],
			extra_contents: [
				{ submitted: false, form_definition: { form_id: 'a', form_token: 't' } },
				{ submitted: true, form_definition: null },
			],
		});
		expect(whole).toBe(true);
		expect(aggregated(state)).toMatchObject({
			answer: 'So far',
			status: 'paused',
			metadata: { retriever_resources: [{ position: 1 }] },
			files: [{ id: 'f1' }],
			human_input: [{ form_id: 'a', form_token: 't' }],
		});
	});

	it('is unknown when the history has no such message, or none is known', async () => {
		expect(await complete(stateOf({}))).toBe(false);
		expect(await complete(startState(), { id: 'msg', answer: 'x' })).toBe(false);
	});
});

describe("a run's detail", () => {
	it.each(['running', 'scheduled', ''])('with status "%s" ends nothing', (status) => {
		const state = startState();
		takeRun(state, { id: 'run', status });
		expect(state.finished ?? state.paused).toBeUndefined();
	});

	it('tells how the run ended, its outputs as an object or as text', () => {
		for (const outputs of [
			{ answer: 'Hi', files: [{ id: 'f' }] },
			'{"answer":"Hi","files":[{"id":"f"}]}',
		]) {
			const state = startState();
			takeRun(state, {
				id: 'run',
				status: 'partial-succeeded',
				outputs,
				inputs: '{"a":1}',
				total_steps: 3,
			});
			expect(aggregated(state)).toMatchObject({
				status: 'partial-succeeded',
				answer: 'Hi',
				outputs: { answer: 'Hi' },
				files: [{ id: 'f' }],
				total_steps: 3,
			});
			expect(state.finished).not.toHaveProperty('inputs');
		}
	});
});
