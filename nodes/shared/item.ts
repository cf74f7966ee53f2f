import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import type { ItemFile } from './binary';
import { openItemFile } from './binary';
import type { Caller } from './client';
import { invalidValue } from './errors';
import type { OutputMode } from './fields';
import { OUTPUT_MODES } from './fields';
import { tryParseJson } from './json';
import type { LiveText } from './liveText';
import { openLiveText } from './liveText';
import { secondsMs, timeoutOption } from './options';
import type { Redact } from './redact';
import { asObject, asText, isObject, trimmed } from './values';

const DEFAULT_LIMIT = 50;

/** What is found out once for all items of an execution that share a credential. */
export type Findings = Map<string, Promise<unknown>>;

/**
 * One input item that an operation works on: its parameters, its binary fields, its live text and
 * the signal that ends it. Parameters are named as n8n saves them; one of the Options collection is
 * written `options.name`.
 */
export class Item implements Caller {
	private readOptions?: IDataObject;
	private openedText?: LiveText;

	/**
	 * @param fields Those of the operation: an error names a parameter as they do.
	 * @param redact Blanks the secrets of the item's credential.
	 * @param findings See {@link once}.
	 */
	constructor(
		readonly context: IExecuteFunctions,
		readonly index: number,
		private readonly fields: INodeProperties[] = [],
		readonly redact: Redact = (value) => value,
		private readonly findings: Findings = new Map(),
	) {}

	/** Does something once for all items of the execution that share a credential; a failure is not kept. */
	async once<T>(key: string, work: () => Promise<T>): Promise<T> {
		const known = this.findings.get(key) as Promise<T> | undefined;
		if (known) return await known;
		const finding = work();
		this.findings.set(key, finding);
		finding.catch(() => this.findings.delete(key));
		return await finding;
	}

	/** A parameter as it is; an empty text if it is not there. */
	value(name: string): unknown {
		const option = /^options\.(.*)$/.exec(name)?.[1];
		if (option !== undefined) return this.options[option];
		return this.context.getNodeParameter(name, this.index, '');
	}

	get options(): IDataObject {
		this.readOptions ??= asObject(this.context.getNodeParameter('options', this.index, {}));
		return this.readOptions;
	}

	/**
	 * The text of a required parameter, as it is. n8n checks fixed values before the node runs; an
	 * expression that gives nothing is found here.
	 *
	 * @throws ChatflowError if it is empty.
	 */
	text(name: string): string {
		const text = asText(this.value(name));
		if (text !== undefined && text.trim() !== '') return text;
		throw this.emptyParameter(name);
	}

	/**
	 * The ID or name of a record without the blanks that come along when it is pasted; of a picker
	 * what was picked, in whichever mode.
	 *
	 * @throws ChatflowError if it is empty.
	 */
	id(name: string): string {
		const id = this.optionalId(name);
		if (id !== undefined) return id;
		throw this.emptyParameter(name);
	}

	/** {@link id}, of a parameter that may stay empty. */
	optionalId(name: string): string | undefined {
		const value = this.value(name);
		return trimmed(isObject(value) ? value.value : value);
	}

	/**
	 * A parameter that holds JSON of an object, as text or as an expression gives it; an empty object
	 * if it is empty.
	 *
	 * @throws ChatflowError if it is anything else.
	 */
	object(name: string): IDataObject {
		const value = this.jsonValue(name) ?? {};
		if (isObject(value)) return value;
		throw this.notJson(name, 'object');
	}

	/**
	 * A parameter that holds JSON of a list of objects; an empty list if it is empty.
	 *
	 * @throws ChatflowError if it is anything else.
	 */
	objects(name: string): IDataObject[] {
		const value = this.jsonValue(name) ?? [];
		if (Array.isArray(value) && value.every(isObject)) return value;
		throw this.notJson(name, 'list of objects');
	}

	/** A parameter in seconds as milliseconds; `byDefault` seconds if it is not a positive number. */
	milliseconds(name: string, byDefault: number): number {
		return secondsMs(this.value(name), byDefault);
	}

	/** The Timeout option. */
	get timeoutMs(): number {
		return this.milliseconds('options.timeout', Number(timeoutOption.default));
	}

	/** How many records Return All and Limit ask for; `undefined` for all of them. */
	get limit(): number | undefined {
		if (this.value('returnAll') === true) return undefined;
		const limit = Math.floor(
			Number(this.context.getNodeParameter('limit', this.index, DEFAULT_LIMIT)),
		);
		return Number.isFinite(limit) && limit > 0 ? limit : DEFAULT_LIMIT;
	}

	/**
	 * The Output Mode. To be asked before anything is sent: an expression may give any text.
	 *
	 * @throws ChatflowError if there is no such mode.
	 */
	get outputMode(): OutputMode {
		const given = String(this.context.getNodeParameter('outputMode', this.index, 'aggregated'));
		const mode = OUTPUT_MODES.find((name) => name === given);
		if (mode) return mode;
		throw invalidValue(
			`There is no output mode "${given}"`,
			`The modes are ${OUTPUT_MODES.slice(0, -1).join(', ')} and ${OUTPUT_MODES.at(-1)}`,
		);
	}

	/** The input item itself. It is shared with other nodes: never change it. */
	get input(): INodeExecutionData | undefined {
		return this.context.getInputData()[this.index];
	}

	/** Opens a binary field, see {@link openItemFile}. */
	async file(field: string): Promise<ItemFile> {
		return await openItemFile(this.context, this.index, field);
	}

	/** Fires when the user stops the execution. */
	get signal(): AbortSignal | undefined {
		return this.context.getExecutionCancelSignal();
	}

	/** The text that the caller of the workflow sees while it is still being written. */
	get live(): LiveText {
		this.openedText ??= openLiveText(this.context, this.index, this.redact);
		return this.openedText;
	}

	/** Shows messages above the output. n8n has hints since 1.81; before, they are left out. */
	hint(messages: string[], type: 'info' | 'warning' = 'warning'): void {
		if (messages.length === 0) return;
		const location = 'outputPane' as const;
		this.context.addExecutionHints?.(
			...messages.map((message) => ({ message: this.redact(message), type, location })),
		);
	}

	/** The error of a required parameter that is empty. */
	emptyParameter(name: string) {
		const label = this.label(name);
		return invalidValue(
			`${label} is empty`,
			`Fill in ${label}. If it is an expression, check that it gives a value for this item`,
		);
	}

	/** `undefined` if it is empty; a text that is not JSON stays: it is neither an object nor a list. */
	private jsonValue(name: string): unknown {
		const given = this.value(name);
		if (typeof given !== 'string') return given ?? undefined;
		return given.trim() === '' ? undefined : (tryParseJson(given) ?? given);
	}

	private notJson(name: string, kind: string) {
		const label = this.label(name);
		const example = String(this.field(name)?.placeholder ?? '').replace(/^e\.g\. /, '');
		return invalidValue(
			`${label} is not a JSON ${kind}`,
			example ? `Write ${label} like ${example}` : `Write ${label} as a JSON ${kind}`,
		);
	}

	/** The name of a parameter in the editor. */
	private label(name: string): string {
		return this.field(name)?.displayName ?? name;
	}

	private field(name: string): INodeProperties | undefined {
		const [collection, option] = name.split('.');
		const field = this.fields.find((candidate) => candidate.name === collection);
		if (option === undefined) return field;
		return (field?.options as INodeProperties[] | undefined)?.find(
			(candidate) => candidate.name === option,
		);
	}
}
