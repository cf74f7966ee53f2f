import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../context';
import { DifyError, invalidParam, notFound } from '../../errors';
import { sendDeleted } from '../../knowledge/access';
import { Fields } from '../../knowledge/check';
import type { Tag } from '../../knowledge/records';
import { pydanticReport } from '../../python';
import type { Router } from '../../router';
import type { Dict } from '../../types';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function tagView(tag: Tag): Dict {
	return {
		id: tag.id,
		name: tag.name,
		type: 'knowledge',
		binding_count: String(tag.bindings.size),
	};
}

/** Until 1.15 the server refuses its own answer: a count is a number, and a text is wanted. */
function ownFault(model: string, entries: Array<{ tag: Tag; field: string }>): DifyError {
	return invalidParam(
		pydanticReport(
			model,
			entries.map(({ tag, field }) => ({
				field,
				problem: 'Input should be a valid string',
				kind: 'string_type',
				input: tag.bindings.size,
			})),
		),
	);
}

function list(context: RequestContext): void {
	const { knowledge } = context.core.state;
	const tags = [...knowledge.tags].reverse();
	if (context.core.traits.tagAnswersFail && tags.length > 0) {
		const entries = tags.map((tag, index) => ({ tag, field: `${index}.binding_count` }));
		throw ownFault('list[DataSetTag]', entries);
	}
	context.send(200, tags.map(tagView));
}

/** Done already when this fails. */
function answer(context: RequestContext, tag: Tag): void {
	if (context.core.traits.tagAnswersFail) {
		throw ownFault('DataSetTag', [{ tag, field: 'binding_count' }]);
	}
	context.send(200, tagView(tag));
}

function readName(
	context: RequestContext,
	model: string,
	change: boolean,
): { name: string; id: string } {
	const fields = new Fields(model, context.json());
	const name = fields.text('name', { required: true, min: 1, max: 50 }) ?? '';
	const id = change ? (fields.text('tag_id', { required: true }) ?? '') : '';
	fields.done();
	return { name, id };
}

function create(context: RequestContext): void {
	const { knowledge } = context.core.state;
	const { name } = readName(context, 'TagCreatePayload', false);
	if (knowledge.tags.some((tag) => tag.name === name))
		throw invalidParam('Tag name already exists');
	const tag: Tag = { id: randomUUID(), name, bindings: new Set() };
	knowledge.tags.push(tag);
	knowledge.count('tag.create');
	answer(context, tag);
}

/** What the web framework adds where a route of that look exists. */
function withHint(message: string, path: string): string {
	return `${message}. You have requested this URI [${path}] but did you mean ${path} ?`;
}

function find(context: RequestContext, id: string): Tag {
	const found = context.core.state.knowledge.tags.find((tag) => tag.id === id);
	if (!found) throw notFound(withHint('Tag not found', context.record.path));
	return found;
}

function rename(context: RequestContext): void {
	const { knowledge } = context.core.state;
	const { name, id } = readName(context, 'TagUpdatePayload', true);
	const tag = find(context, id);
	// Before 1.14 a tag's own name counted, too.
	const own = context.core.traits.deletesAnswer200 ? undefined : tag;
	const twin = knowledge.tags.find((entry) => entry.name === name && entry !== own);
	if (twin) throw invalidParam('Tag name already exists');
	tag.name = name;
	knowledge.count('tag.update');
	answer(context, tag);
}

/** A DELETE with a body. */
function remove(context: RequestContext): void {
	const { knowledge } = context.core.state;
	const fields = new Fields('TagDeletePayload', context.json());
	const id = fields.text('tag_id', { required: true }) ?? '';
	fields.done();
	knowledge.tags.splice(knowledge.tags.indexOf(find(context, id)), 1);
	knowledge.count('tag.delete');
	sendDeleted(context);
}

function requireTarget(context: RequestContext, id: string): void {
	if (!context.core.state.knowledge.bases.has(id.toLowerCase()))
		throw notFound(withHint('Dataset not found', context.record.path));
}

function bind(context: RequestContext): void {
	const { knowledge } = context.core.state;
	const fields = new Fields('TagBindingPayload', context.json());
	const ids = fields.list('tag_ids', { required: true });
	const target = fields.text('target_id', { required: true }) ?? '';
	if (ids?.length === 0) {
		fields.problem('tag_ids', 'Value error, Tag IDs is required.', 'value_error', ids);
	}
	fields.done();
	requireTarget(context, target);
	if (ids?.some((id) => !UUID.test(String(id)))) {
		throw new DifyError(500, 'unknown', 'Internal Server Error');
	}
	// Ids that no tag has are taken without a word.
	for (const tag of knowledge.tags) if (ids?.includes(tag.id)) tag.bindings.add(target);
	knowledge.count('tag.bind');
	sendDeleted(context);
}

function unbind(context: RequestContext): void {
	const { core } = context;
	const body = context.json();
	const fields = new Fields('TagUnbindingPayload', body);
	const lists = core.traits.unbindsTagLists;
	const one = fields.text('tag_id', { required: !lists });
	const many = lists ? (fields.list('tag_ids') ?? []) : [];
	const target = fields.text('target_id', { required: true }) ?? '';
	const ids = many.length === 0 && one ? [one] : many;
	if (lists && ids.length === 0) {
		fields.problem('', 'Value error, Tag IDs is required.', 'value_error', body);
	}
	fields.done();
	requireTarget(context, target);
	for (const tag of core.state.knowledge.tags)
		if (ids.includes(tag.id)) tag.bindings.delete(target);
	core.state.knowledge.count('tag.unbind');
	sendDeleted(context);
}

function ofBase(context: RequestContext): void {
	const data = context.core.state.knowledge.tags
		.filter((tag) => tag.bindings.has(context.base.id))
		.map(({ id, name }) => ({ id, name }));
	context.send(200, { data, total: data.length });
}

export function addTagRoutes(router: Router): void {
	const all = '/v1/datasets/tags';
	const key = 'dataset' as const;
	router
		.add({ method: 'GET', pattern: all, handler: list, key })
		.add({ method: 'POST', pattern: all, handler: create, key })
		.add({ method: 'PATCH', pattern: all, handler: rename, key })
		.add({ method: 'DELETE', pattern: all, handler: remove, key })
		.add({ method: 'POST', pattern: `${all}/binding`, handler: bind, key })
		.add({ method: 'POST', pattern: `${all}/unbinding`, handler: unbind, key })
		.add({
			method: 'GET',
			pattern: '/v1/datasets/{dataset_id:uuid}/tags',
			handler: ofBase,
			key,
		});
}
