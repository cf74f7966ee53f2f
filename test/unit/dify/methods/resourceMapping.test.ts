import { getInputFields } from '../../../../nodes/Dify/methods/resourceMapping';
import { startDifySimulator } from '../../../simulators/dify';
import type { DifySimulator, FormItem } from '../../../simulators/dify';
import { editorContext } from '../../../support/dify/editor';
import { conforming } from '../../../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

async function fieldsOf(form?: FormItem[], apiKey = simulator.apiKey) {
	if (form) simulator.app().userInputForm = form;
	const context = editorContext({ baseUrl: simulator.baseUrl, apiKey }, { resource: 'chat' });
	return await getInputFields.call(context);
}

const control = (variable: string, more: object = {}) => ({
	label: variable.toUpperCase(),
	variable,
	required: false,
	...more,
});

it('offers every input of the app as a field', async () => {
	const { fields } = await fieldsOf();
	expect(fields.map(({ id, type }) => `${id}: ${type}`)).toEqual([
		'city: string',
		'notes: string',
		'tone: options',
		'amount: number',
		'urgent: boolean',
		'document: string',
		'attachments: string',
	]);
	expect(fields[0]).toEqual({
		id: 'city',
		displayName: 'City',
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		type: 'string',
	});
	expect(conforming(simulator)).toHaveLength(1);
});

it('offers the choices of a select', async () => {
	const { fields } = await fieldsOf([{ select: control('tone', { options: ['warm', 'cool'] }) }]);
	expect(fields[0]?.options).toEqual([
		{ name: 'warm', value: 'warm' },
		{ name: 'cool', value: 'cool' },
	]);
});

it('knows the kinds that only newer servers have', async () => {
	const { fields } = await fieldsOf([
		{ json_object: control('data') },
		{ external_data_tool: control('weather') },
		{ 'some-new-kind': control('future') },
	]);
	expect(fields.map(({ type }) => type)).toEqual(['object', 'string', 'string']);
});

it('says how a file is named', async () => {
	const { fields } = await fieldsOf([{ file: control('doc') }, { 'file-list': control('docs') }]);
	expect(fields.map(({ displayName }) => displayName)).toEqual([
		'DOC (file: input field, URL or upload ID)',
		'DOCS (files: input fields, URLs or upload IDs, separated by commas)',
	]);
});

it('marks required inputs and fills in defaults', async () => {
	const { fields } = await fieldsOf([
		{ 'text-input': control('city', { required: true, default: 'Oslo' }) },
		{ number: control('amount', { default: '3' }) },
		{ checkbox: control('urgent', { default: 'true' }) },
		{ paragraph: control('notes', { default: '' }) },
		{ file: control('doc', { default: { a: 1 } }) },
	]);
	expect(fields.map(({ required }) => required)).toEqual([true, false, false, false, false]);
	expect(fields.map(({ defaultValue }) => defaultValue)).toEqual([
		'Oslo',
		3,
		true,
		undefined,
		undefined,
	]);
});

it('says so when the app asks for nothing', async () => {
	const { fields, emptyFieldsNotice } = await fieldsOf([]);
	expect(fields).toEqual([]);
	expect(emptyFieldsNotice).toBe('The app has no inputs');
});

it('leaves out what is no control', async () => {
	const odd = [{}, { 'text-input': { label: 'No variable' } }, 'text', null];
	expect((await fieldsOf(odd as unknown as FormItem[])).fields).toEqual([]);
});

it('says in words that the key is wrong', async () => {
	await expect(fieldsOf(undefined, 'app-wrong-secret')).rejects.toThrow(
		'Dify does not accept the API key',
	);
});
