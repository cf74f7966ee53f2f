import type { IDataObject } from 'n8n-workflow';

import { picked } from '../../support/dify/run';
import { byId, DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { NotPossible } from '../session';
import { assert, assertSame, assertShape } from '../shapes';

/** Another value of the same type, as a user would write it, and as it comes back. */
const NEW_VALUES: Record<string, [text: string, value: unknown]> = {
	string: ['n8n live größe', 'n8n live größe'],
	// Dify takes no fraction for a number that is an integer so far.
	number: ['41', 41],
	boolean: ['true', true],
	object: ['{"live":1}', { live: 1 }],
	'array[string]': ['["x","日本"]', ['x', '日本']],
	'array[number]': ['[1,2.5]', [1, 2.5]],
	'array[object]': ['[{"k":1}]', [{ k: 1 }]],
};

/** Conversation variables, of the app of DIFY_VARIABLES_API_KEY or the main one. */
export async function variables(context: DifyContext): Promise<void> {
	const { session, settings, server, main } = context;
	const { variablesKey, query } = settings;
	const app = variablesKey ? new DifyApp(session, server, variablesKey) : main;
	const { user } = app;
	const listed = await session.check('Conversation > Get Variables', async () => {
		const { conversation_id: id } = await app.ask(query);
		const ids = { user, conversationId: byId(id) };
		const { json } = await app.run('conversation.getVariables', { ...ids, returnAll: true });
		if (json.length === 0) {
			throw new NotPossible(
				'the list is empty: set DIFY_VARIABLES_API_KEY to an app with conversation variables',
			);
		}
		for (const [at, variable] of json.entries()) {
			const shape = { id: 'string', name: 'string', value_type: 'string' } as const;
			assertShape(variable, { ...shape, value: 'any' }, `item ${at}`);
		}
		return { ids, all: json };
	});
	await session.check('Conversation > Get Variables, by name', async () => {
		const { ids, all } = listed.get();
		const variableName = String(all[0]?.name);
		const options = { variableName };
		const { json } = await app.run('conversation.getVariables', { ...ids, options });
		assert(
			json.some(({ name }) => name === variableName),
			`"${variableName}" is not among ${json.length} items`,
		);
	});
	const update = async (mode: 'id' | 'name', variable: IDataObject) => {
		const { ids } = listed.get();
		const type = String(variable.value_type);
		const [value, expected] = NEW_VALUES[type] ?? [];
		if (value === undefined) throw new NotPossible(`no value for the type ${type} is known here`);
		const item = await app.one('conversation.updateVariable', {
			...ids,
			variableId: picked(String(variable[mode]), mode),
			value,
		});
		assertSame([item.id, item.value], [variable.id, expected], `the variable of type ${type}`);
	};
	await session.check('Conversation > Update Variable, by ID, each type', async () => {
		const refused: string[] = [];
		for (const variable of listed.get().all) {
			await update('id', variable).catch(({ message }: Error) => {
				const { name, value_type: type } = variable;
				refused.push(`"${String(name)}" of type ${String(type)}: ${message}`);
			});
		}
		assert(refused.length === 0, refused.join('; '));
	});
	await session.check('Conversation > Update Variable, by name', async () => {
		await update('name', listed.get().all[0] ?? {});
	});
}
