import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { storeBinary } from '../support/engine';

/** A picture of one red pixel. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
	'base64',
);

export interface SampleFile {
	/** As Dify calls it. */
	type: 'image' | 'document';
	fileName: string;
	mimeType: string;
	content: Buffer;
}

const SAMPLES: SampleFile[] = [
	{ type: 'image', fileName: 'n8n-live.png', mimeType: 'image/png', content: PNG },
	{
		type: 'document',
		fileName: 'n8n-live.txt',
		mimeType: 'text/plain',
		content: Buffer.from('A file of the live tests: hello, größe, 日本.\n'),
	},
];

/** A file that an app accepts, by its `allowed_file_types`; the first one if it names none. */
export function sampleFile(allowed: unknown): SampleFile | undefined {
	const types = Array.isArray(allowed) && allowed.length > 0 ? (allowed as unknown[]) : undefined;
	return SAMPLES.find(({ type }) => types === undefined || types.includes(type));
}

/** An input item with the file in the binary field `data`. */
export async function itemWith(file: SampleFile): Promise<INodeExecutionData> {
	const { content, fileName, mimeType } = file;
	return { json: {}, binary: { data: await storeBinary(content, { fileName, mimeType }) } };
}

/** One second of silence, for apps that hear but do not speak. */
export function silence(): Buffer {
	const samples = Buffer.alloc(16_000);
	const header = Buffer.alloc(44);
	header.write('RIFF', 0);
	header.writeUInt32LE(36 + samples.length, 4);
	header.write('WAVEfmt ', 8);
	header.writeUInt32LE(16, 16);
	header.writeUInt16LE(1, 20);
	header.writeUInt16LE(1, 22);
	header.writeUInt32LE(8000, 24);
	header.writeUInt32LE(16_000, 28);
	header.writeUInt16LE(2, 32);
	header.writeUInt16LE(16, 34);
	header.write('data', 36);
	header.writeUInt32LE(samples.length, 40);
	return Buffer.concat([header, samples]);
}

/** One input variable of an app, as `user_input_form` describes it. */
export interface InputVariable {
	kind: string;
	variable: string;
	label: string;
	required: boolean;
	options: string[];
	maxLength?: number;
	allowedTypes?: unknown;
}

export function variablesOf(form: unknown): InputVariable[] {
	return ((form ?? []) as IDataObject[]).flatMap((entry) =>
		Object.entries(entry).map(([kind, control]) => {
			const { variable, label, required, options, max_length, allowed_file_types } =
				control as IDataObject;
			return {
				kind,
				variable: String(variable),
				label: String(label),
				required: required === true,
				options: (options ?? []) as string[],
				maxLength: typeof max_length === 'number' ? max_length : undefined,
				allowedTypes: allowed_file_types,
			};
		}),
	);
}

/** What stands for a file of the kind that a variable takes; undefined leaves it out. */
type FileValue = (variable: InputVariable) => Promise<unknown>;

interface InputsWanted {
	/** Only the variables that the app requires. */
	required?: boolean;
	file?: FileValue;
}

/** Values for the input variables of an app. */
export async function inputsFor(
	form: unknown,
	{ required = false, file = async () => undefined }: InputsWanted = {},
): Promise<IDataObject> {
	const inputs: IDataObject = {};
	for (const variable of variablesOf(form)) {
		if (required && !variable.required) continue;
		const value = await valueFor(variable, file);
		if (value !== undefined) inputs[variable.variable] = value as IDataObject;
	}
	return inputs;
}

async function valueFor(variable: InputVariable, file: FileValue): Promise<unknown> {
	const { kind, options, maxLength } = variable;
	if (kind === 'number') return 7;
	if (kind === 'checkbox') return true;
	if (kind === 'select') return options[0];
	if (kind === 'file' || kind === 'file-list') return await file(variable);
	if (kind === 'json_object') return {};
	return 'n8n live test'.slice(0, maxLength || undefined);
}
