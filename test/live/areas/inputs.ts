import type { INodeParameters } from 'n8n-workflow';

import { DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import type { InputVariable } from '../samples';
import { inputsFor, itemWith, sampleFile, variablesOf } from '../samples';
import { NotPossible } from '../session';
import { assert, assertSame } from '../shapes';

const REFUSAL_MS = 15_000;
const OPERATIONS = [
	'Chat > Send, inputs as JSON',
	'Chat > Send, inputs in the form of the app',
	'Chat > Send, a required input is missing: says so',
] as const;

/** An app with input variables. */
export async function inputs({ session, server, settings }: DifyContext): Promise<void> {
	const { inputsKey, query } = settings;
	if (!inputsKey) {
		session.notPossible('set DIFY_INPUTS_API_KEY to an app with input variables', ...OPERATIONS);
		return;
	}
	const app = new DifyApp(session, server, inputsKey);
	await session.check(OPERATIONS[0], async () => {
		const values = await inputsFor(await formOf(app), {
			file: async (variable) => await uploaded(app, variable),
		});
		const item = await app.ask(query, { inputs: JSON.stringify(values) });
		assertSame(item.status, 'succeeded', 'status');
	});
	await session.check(OPERATIONS[1], async () => {
		const form = await formOf(app);
		const value = await inputsFor(form, { file: async () => 'data' });
		const parameters = await app.message(query, {
			inputsMode: 'form',
			inputsForm: { mappingMode: 'defineBelow', value } as unknown as INodeParameters,
		});
		const allowed = variablesOf(form).find(({ kind }) => kind === 'file')?.allowedTypes;
		const sample = sampleFile(allowed);
		const items = sample ? [await itemWith(sample)] : [{ json: {} }];
		const item = await app.one('chat.send', parameters, { items });
		assertSame(item.status, 'succeeded', 'status');
	});
	await session.check(OPERATIONS[2], async () => {
		const required = variablesOf(await formOf(app)).filter((variable) => variable.required);
		if (required.length === 0) throw new NotPossible('the app requires no input');
		const parameters = await app.message(query, { inputs: '{}' });
		const { message } = await app.error('chat.send', parameters, { limitMs: REFUSAL_MS });
		const isNamed = required.some(
			({ variable, label }) => message.includes(variable) || message.includes(label),
		);
		assert(isNamed, `the error does not name the input: ${message}`);
	});
}

async function formOf(app: DifyApp): Promise<unknown> {
	return (await app.parameters()).user_input_form;
}

/** A file of the kind that the variable takes, as Dify wants it in JSON. */
async function uploaded(app: DifyApp, { kind, allowedTypes }: InputVariable): Promise<unknown> {
	const sample = sampleFile(allowedTypes);
	if (!sample) return undefined;
	const items = [await itemWith(sample)];
	const parameters = { binaryPropertyName: 'data', user: app.user };
	const { id } = await app.one('file.upload', parameters, { items });
	const file = { type: sample.type, transfer_method: 'local_file', upload_file_id: id };
	return kind === 'file-list' ? [file] : file;
}
