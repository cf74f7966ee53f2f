import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { assert, assertSame, assertShape, DIFY_ANSWER, DIFY_FORM } from '../shapes';

const OPERATIONS = [
	'Chat > Send, a human is asked',
	'Human Input > Get Form',
	'Human Input > Submit Form',
	'Human Input > Resume',
	'Human Input > Resume, the fields of Chat > Send',
	'Human Input > Resume, no node is left paused',
	'Human Input > Resume, Per Node, of a run that has ended',
] as const;

/** A run that asks a human. */
export async function humanInput({ session, server, settings }: DifyContext): Promise<void> {
	const why = reasonAgainst();
	if (why) {
		session.notPossible(why, ...OPERATIONS);
		return;
	}
	const app = new DifyApp(session, server, settings.humanKey);
	const { user } = app;
	const paused = await session.check(OPERATIONS[0], async () => {
		const item = await app.ask(settings.query);
		assertShape(item, { ...DIFY_ANSWER, human_input: 'array' });
		assertSame(item.status, 'paused', 'status');
		const [form] = item.human_input as IDataObject[];
		assertShape(form, DIFY_FORM, 'the form');
		assert(form?.form_token, 'the form has no token: turn on the delivery by web app');
		const workflowRunId = String(item.workflow_run_id);
		const options = { conversationId: item.conversation_id, messageId: item.message_id };
		return { form, formToken: String(form.form_token), workflowRunId, options };
	});
	await session.check(OPERATIONS[1], async () => {
		const { formToken } = paused.get();
		const item = await app.one('humanInput.getForm', { formToken });
		assertShape(item, { form_content: 'string', inputs: 'array', user_actions: 'array' });
		assertSame(item.form_token, formToken, 'form_token');
	});
	const submitted = await session.check(OPERATIONS[2], async () => {
		const { form, formToken } = paused.get();
		const [action] = form.actions as IDataObject[];
		const parameters = { formToken, user, action: String(action?.id), inputs: valuesFor(form) };
		const item = await app.one('humanInput.submitForm', parameters);
		assertSame([item.submitted, item.form_token], [true, formToken], 'the item');
	});
	const resume = async (more: INodeParameters = {}) => {
		submitted.get();
		const { workflowRunId, options } = paused.get();
		const parameters = { workflowRunId, user, options: options as INodeParameters, ...more };
		return await app.run('humanInput.resume', parameters);
	};
	const resumed = await session.check(OPERATIONS[3], async () => {
		const [item] = (await resume()).json;
		assertSame(item?.status, 'succeeded', 'status');
		assert(item?.answer !== '', 'the answer is empty');
		return item ?? {};
	});
	await session.check(OPERATIONS[4], async () => {
		// A run that has ended before it is asked for has no task any more.
		assertShape(resumed.get(), { ...DIFY_ANSWER, task_id: ['string', 'null'] });
	});
	await session.check(OPERATIONS[5], async () => {
		const nodes = resumed.get().nodes as IDataObject[];
		const waiting = nodes.filter(({ status }) => status === 'paused');
		assertSame(
			waiting.map(({ title }) => title),
			[],
			'the list of nodes that are still paused',
		);
	});
	await session.check(OPERATIONS[6], async () => {
		const { answer } = resumed.get();
		const { json } = await resume({ outputMode: 'perNode' });
		const said = json.map((item) => item.answer).join('');
		assertSame(said, answer, 'the answer of the items');
	});

	function reasonAgainst(): string | undefined {
		if (!server.mayBe('1.14')) return `needs Dify 1.14 or newer; this is ${server.version}`;
		return settings.humanKey
			? undefined
			: 'set DIFY_HUMAN_API_KEY to a Chatflow app with a human input node';
	}
}

/** Values for the inputs of a form. */
function valuesFor({ inputs }: IDataObject): string {
	const values = (inputs as IDataObject[]).flatMap((input) => {
		const { type, output_variable_name: name, options } = input;
		if (type === 'file' || type === 'file-list') return [];
		const value = type === 'select' ? (options as unknown[] | undefined)?.[0] : 'Fine';
		return [[String(name), value]];
	});
	return JSON.stringify(Object.fromEntries(values));
}
