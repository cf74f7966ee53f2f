import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../context';
import { DifyError, invalidParam } from '../../errors';
import { sendDeleted } from '../../knowledge/access';
import { Fields, isDict } from '../../knowledge/check';
import { builtInValues, BUILT_IN_FIELDS } from '../../knowledge/metadata';
import type { KnowledgeBase, KnowledgeDocument, MetadataField } from '../../knowledge/records';
import type { Router } from '../../router';
import type { Dict } from '../../types';

const TYPES = ['string', 'number', 'time'] as const;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function checkName(base: KnowledgeBase, name: string): void {
	if (name.length > 255) throw invalidParam('Metadata name cannot exceed 255 characters.');
	if (base.fields.some((field) => field.name === name)) {
		throw invalidParam('Metadata name already exists.');
	}
	if (BUILT_IN_FIELDS.some((field) => field.name === name)) {
		throw invalidParam('Metadata name already exists in Built-in fields.');
	}
}

function create(context: RequestContext): void {
	const fields = new Fields('MetadataArgs', context.json());
	const type = fields.text('type', { required: true, among: TYPES }) as MetadataField['type'];
	const name = fields.text('name', { required: true }) ?? '';
	fields.done();
	checkName(context.base, name);
	const field: MetadataField = { id: randomUUID(), name, type };
	context.base.fields.push(field);
	context.core.state.knowledge.count('metadata.create');
	context.send(201, field);
}

function list(context: RequestContext): void {
	const { base } = context;
	const documents = [...base.documents.values()];
	context.send(200, {
		doc_metadata: base.fields.map(({ id, name, type }) => ({
			id,
			name,
			type,
			count: documents.filter((document) => document.boundFields.has(id)).length,
		})),
		built_in_field_enabled: base.builtInFields,
	});
}

function fieldOf(context: RequestContext): MetadataField | undefined {
	const id = context.param('metadata_id').toLowerCase();
	// While somebody else changes metadata nothing is done, and nothing is said.
	if (context.base.metadataLockedUntil > Date.now()) return undefined;
	return context.base.fields.find((field) => field.id === id);
}

/** What goes wrong inside answers 200 with nulls. */
function rename(context: RequestContext): void {
	const fields = new Fields('MetadataUpdatePayload', context.json());
	const name = fields.text('name', { required: true }) ?? '';
	fields.done();
	checkName(context.base, name);
	const field = fieldOf(context);
	if (!field) {
		context.send(200, { id: null, name: null, type: null });
		return;
	}
	for (const document of context.base.documents.values()) {
		if (!document.boundFields.has(field.id)) continue;
		const { [field.name]: value = null, ...others } = document.metadata ?? {};
		document.metadata = { ...others, [name]: value };
	}
	field.name = name;
	context.core.state.knowledge.count('metadata.update');
	context.send(200, field);
}

function remove(context: RequestContext): void {
	const { base } = context;
	const field = fieldOf(context);
	if (field) {
		base.fields = base.fields.filter((entry) => entry !== field);
		for (const document of base.documents.values()) {
			if (!document.boundFields.delete(field.id)) continue;
			const { [field.name]: _gone, ...others } = document.metadata ?? {};
			document.metadata = others;
		}
		context.core.state.knowledge.count('metadata.delete');
	}
	sendDeleted(context);
}

/** Any other word than these does nothing, successfully. */
function switchBuiltIn(context: RequestContext): void {
	const { base, core } = context;
	const wanted = { enable: true, disable: false }[context.param('action')];
	if (wanted !== undefined && wanted !== base.builtInFields) {
		base.builtInFields = wanted;
		for (const document of base.documents.values()) {
			const own = withoutBuiltIn(document.metadata);
			document.metadata = wanted ? { ...own, ...builtInValues(document) } : own;
		}
		core.state.knowledge.count('metadata.builtIn');
	}
	context.send(200, { result: 'success' });
}

function withoutBuiltIn(metadata: Dict | null): Dict {
	const names = BUILT_IN_FIELDS.map((field) => field.name);
	const entries = Object.entries(metadata ?? {}).filter(([name]) => !names.includes(name));
	return Object.fromEntries(entries);
}

interface Operation {
	documentId: string;
	values: Array<{ id: string; name: string; value: unknown }>;
	partial: boolean;
}

function readOperations(body: Dict): Operation[] {
	const fields = new Fields('MetadataOperationData', body);
	const given = fields.list('operation_data', { required: true }) ?? [];
	const operations = given.map((entry, index) =>
		fields.inside(`operation_data.${index}`, isDict(entry) ? entry : {}, (inner) => ({
			documentId: inner.text('document_id', { required: true }) ?? '',
			values: readValues(inner),
			partial: inner.flag('partial_update') ?? false,
		})),
	);
	fields.done();
	return operations;
}

function readValues(fields: Fields): Operation['values'] {
	const given = fields.list('metadata_list', { required: true }) ?? [];
	return given.map((entry, index) =>
		fields.inside(`metadata_list.${index}`, isDict(entry) ? entry : {}, (inner) => ({
			id: inner.text('id', { required: true }) ?? '',
			name: inner.text('name', { required: true }) ?? '',
			value: plain(inner.body.value),
		})),
	);
}

/** Truth values are numbers. */
function plain(value: unknown): unknown {
	return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

/** Stored by name, bound by id: nobody looks whether they belong together. */
function apply(base: KnowledgeBase, document: KnowledgeDocument, operation: Operation): void {
	if (operation.values.some(({ id }) => !UUID.test(id))) {
		throw new DifyError(500, 'unknown', 'Internal Server Error');
	}
	const kept = operation.partial ? document.metadata : {};
	const values = operation.values.map(({ name, value }) => [name, value] as const);
	document.metadata = {
		...kept,
		...Object.fromEntries(values),
		...(base.builtInFields ? builtInValues(document) : {}),
	};
	if (!operation.partial) document.boundFields.clear();
	for (const { id } of operation.values) document.boundFields.add(id.toLowerCase());
}

/** One operation after the other; those before a failure stay done. */
function write(context: RequestContext): void {
	const { base, core } = context;
	for (const operation of readOperations(context.json())) {
		try {
			const document = base.documents.get(operation.documentId.toLowerCase());
			if (!document) throw invalidParam('Document not found.');
			if (base.metadataLockedUntil > Date.now()) {
				throw invalidParam('Another document metadata operation is running, please wait a moment.');
			}
			apply(base, document, operation);
			core.state.knowledge.count('document.metadata');
		} catch (error) {
			if (!core.traits.swallowsMetadataErrors) throw error;
		}
	}
	context.send(200, { result: 'success' });
}

export function addMetadataRoutes(router: Router): void {
	const base = '/v1/datasets/{dataset_id:uuid}';
	const one = `${base}/metadata/{metadata_id:uuid}`;
	const limited = { key: 'dataset', rateLimited: true } as const;
	router
		.add({ ...limited, method: 'POST', pattern: `${base}/metadata`, handler: create })
		.add({ method: 'GET', pattern: `${base}/metadata`, handler: list, key: 'dataset' })
		.add({
			method: 'GET',
			pattern: `${base}/metadata/built-in`,
			handler: (context) => context.send(200, { fields: BUILT_IN_FIELDS }),
			key: 'dataset',
		})
		.add({ ...limited, method: 'PATCH', pattern: one, handler: rename })
		.add({ ...limited, method: 'DELETE', pattern: one, handler: remove })
		.add({
			...limited,
			method: 'POST',
			pattern: `${base}/metadata/built-in/{action}`,
			handler: switchBuiltIn,
		})
		.add({ ...limited, method: 'POST', pattern: `${base}/documents/metadata`, handler: write });
}
