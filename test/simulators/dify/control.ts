import type { SseScript } from './chat/registry';
import { DIRECTIVES } from './chat/directives';
import type { RequestContext } from './context';
import { completeApp } from './apps';
import { badRequest, notFound } from './errors';
import { FAULT_PRESETS, type FaultRule } from './faults';
import { Router } from './router';
import { Seeder } from './seeds';
import type { StoredFile } from './state';
import type { AppConfig, Dict, Settings } from './types';
import { DIFY_VERSIONS, isDifyVersion } from './versions';

function overview(context: RequestContext): void {
	const { core } = context;
	context.send(200, {
		service: 'dify',
		version: core.settings.version,
		versions: DIFY_VERSIONS,
		base_url: `${core.origin}/v1`,
		knowledge_keys: core.state.knowledge.keys,
		apps: core.state.apps.map(({ key, mode, name, id }) => ({ key, mode, name, id })),
		settings: core.settings,
		accepted_chats: core.state.acceptedTotal,
		active_runs: core.sessions.size,
		open_connections: core.sockets.size,
		scripts: [...core.registry.scripts.keys()],
	});
}

function requests(context: RequestContext): void {
	const path = context.query('path');
	const method = context.query('method')?.toUpperCase();
	const limit = Number(context.query('limit') ?? 1000);
	const matching = context.core.recorder.requests.filter(
		(entry) => (!path || entry.path.includes(path)) && (!method || entry.method === method),
	);
	context.send(200, { total: matching.length, data: matching.slice(-limit) });
}

function clearRequests(context: RequestContext): void {
	context.core.recorder.clear();
	context.sendEmpty(204);
}

function counters(context: RequestContext): void {
	const { core } = context;
	context.send(200, {
		...core.recorder.counters(),
		acceptedTotal: core.state.acceptedTotal,
		knowledgeWrites: core.state.knowledge.writes,
		acceptedByQuery: Object.fromEntries(core.state.accepted),
	});
}

function setVersion(context: RequestContext): void {
	const { version } = context.json();
	if (!isDifyVersion(version))
		throw badRequest(`version must be one of ${DIFY_VERSIONS.join(', ')}`);
	context.core.settings.version = version;
	context.send(200, { version });
}

function patchSettings(context: RequestContext): void {
	const { core } = context;
	const patch = context.json();
	for (const key of Object.keys(patch)) {
		if (!(key in core.settings)) throw badRequest(`unknown setting ${key}`);
	}
	if ('version' in patch && !isDifyVersion(patch.version)) throw badRequest('unknown version');
	Object.assign(core.settings, patch as Partial<Settings>);
	context.send(200, core.settings);
}

const ACTIONS = ['delay', 'respond', 'reset', 'truncate', 'stall'];

function addFaults(context: RequestContext): void {
	const body = context.json();
	const rules = Array.isArray(body.faults) ? (body.faults as Dict[]) : [body];
	for (const rule of rules) {
		if (!ACTIONS.includes(String(rule.action))) {
			throw badRequest(`action must be one of ${ACTIONS.join(', ')}`);
		}
		if (rule.preset !== undefined && !Object.hasOwn(FAULT_PRESETS, String(rule.preset))) {
			throw badRequest(`preset must be one of ${Object.keys(FAULT_PRESETS).join(', ')}`);
		}
	}
	const ids = rules.map((rule) => context.core.faults.add(rule as unknown as FaultRule));
	context.send(201, { ids });
}

function removeFault(context: RequestContext): void {
	if (!context.core.faults.remove(context.param('id'))) throw notFound('no such fault');
	context.sendEmpty(204);
}

/** A file without its bytes. */
function fileInfo({ bytes, ...rest }: StoredFile): Dict {
	return { ...rest, size: bytes.size, sha256: bytes.sha256 };
}

const STATE_KINDS: Record<string, (context: RequestContext) => unknown[]> = {
	conversations: ({ core }) => [...core.state.conversations.values()],
	messages: ({ core }) => [...core.state.messages.values()],
	feedbacks: ({ core }) => core.state.feedbacks,
	annotations: ({ core }) => [...core.state.annotations.values()],
	variables: ({ core }) => core.state.variables,
	files: ({ core }) => [...core.state.files.values()].map(fileInfo),
	runs: ({ core }) => [...core.state.runs.values()],
	logs: ({ core }) => core.state.logs,
	end_users: ({ core }) => [...core.state.endUsers.values()],
	forms: ({ core }) => [...core.state.forms.values()],
	apps: ({ core }) => core.state.apps,
	knowledge_bases: ({ core }) =>
		[...core.state.knowledge.bases.values()].map(({ documents, ...base }) => ({
			...base,
			documents: documents.size,
		})),
	documents: ({ core }) =>
		[...core.state.knowledge.bases.values()].flatMap(({ documents }) =>
			[...documents.values()].map((document) => ({
				...document,
				boundFields: [...document.boundFields],
			})),
		),
	tags: ({ core }) =>
		core.state.knowledge.tags.map((tag) => ({ ...tag, bindings: [...tag.bindings] })),
	knowledge_files: ({ core }) =>
		[...core.state.knowledge.files.values()].map(({ bytes, ...file }) => ({
			...file,
			bytes: bytes.size,
			sha256: bytes.sha256,
		})),
};

function readState(context: RequestContext): void {
	const kind = context.param('kind');
	const read = STATE_KINDS[kind];
	if (!read) throw notFound(`kinds: ${Object.keys(STATE_KINDS).join(', ')}`);
	context.send(200, { data: read(context) });
}

function stateCounts(context: RequestContext): void {
	const counts = Object.entries(STATE_KINDS).map(([kind, read]) => [kind, read(context).length]);
	context.send(200, Object.fromEntries(counts));
}

/** Adds an app, or changes the one with this key. */
function putApp(context: RequestContext): void {
	const { state } = context.core;
	const body = context.json() as AppConfig;
	const key = body.key ?? state.apps[0]?.key ?? '';
	const existing = state.appByKey(key);
	if (existing) Object.assign(existing, body);
	else state.apps.push(completeApp({ ...body, key }));
	context.send(200, state.appByKey(key));
}

type SeedKind = Exclude<keyof Seeder, symbol>;

const SEEDS: readonly SeedKind[] = [
	'conversation',
	'message',
	'feedback',
	'log',
	'annotation',
	'variable',
	'file',
	'knowledgeBase',
	'document',
];

/** One seed, or `{items: [...]}`, or `{count: N, ...}` for N alike. */
function seed(context: RequestContext): void {
	const kind = SEEDS.find((name) => name === context.param('kind'));
	if (!kind) throw notFound(`kinds: ${SEEDS.join(', ')}`);
	const body = context.json();
	const { count = 1, items, ...one } = body;
	const wanted = Array.isArray(items)
		? (items as Dict[])
		: Array.from({ length: Number(count) }, () => one);
	const seeder = new Seeder(context.core);
	const make = seeder[kind].bind(seeder) as (entry: Dict) => {
		id: string;
		bytes?: unknown;
		documents?: unknown;
	};
	const made = wanted.map((entry) => {
		const { bytes: _bytes, documents: _documents, ...rest } = make(entry);
		return rest;
	});
	context.send(201, { data: made });
}

function addScript(context: RequestContext): void {
	const { name, ...script } = context.json();
	if (typeof name !== 'string' || !Array.isArray(script.chunks)) {
		throw badRequest('a script needs name and chunks');
	}
	context.core.registerScript(name, script as unknown as SseScript);
	context.send(201, { name });
}

function reset(context: RequestContext): void {
	context.core.reset();
	context.sendEmpty(204);
}

/** Everything that a test in another process needs; no authentication. */
export const controlRouter = new Router()
	.add({ method: 'GET', pattern: '/_control', handler: overview })
	.add({ method: 'GET', pattern: '/_control/requests', handler: requests })
	.add({ method: 'DELETE', pattern: '/_control/requests', handler: clearRequests })
	.add({ method: 'GET', pattern: '/_control/counters', handler: counters })
	.add({ method: 'PUT', pattern: '/_control/version', handler: setVersion })
	.add({
		method: 'GET',
		pattern: '/_control/settings',
		handler: (context) => context.send(200, context.core.settings),
	})
	.add({ method: 'PATCH', pattern: '/_control/settings', handler: patchSettings })
	.add({
		method: 'GET',
		pattern: '/_control/faults',
		handler: (context) => context.send(200, { data: context.core.faults.list() }),
	})
	.add({ method: 'POST', pattern: '/_control/faults', handler: addFaults })
	.add({
		method: 'DELETE',
		pattern: '/_control/faults',
		handler: (context) => {
			context.core.faults.clear();
			context.sendEmpty(204);
		},
	})
	.add({ method: 'DELETE', pattern: '/_control/faults/{id}', handler: removeFault })
	.add({ method: 'GET', pattern: '/_control/state', handler: stateCounts })
	.add({ method: 'GET', pattern: '/_control/state/{kind}', handler: readState })
	.add({ method: 'PUT', pattern: '/_control/apps', handler: putApp })
	.add({ method: 'POST', pattern: '/_control/seed/{kind}', handler: seed })
	.add({ method: 'POST', pattern: '/_control/scripts', handler: addScript })
	.add({
		method: 'GET',
		pattern: '/_control/directives',
		handler: (context) => context.send(200, DIRECTIVES),
	})
	.add({ method: 'POST', pattern: '/_control/reset', handler: reset });
