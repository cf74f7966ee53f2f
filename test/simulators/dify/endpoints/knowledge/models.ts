import type { RequestContext } from '../../context';
import { invalidParam } from '../../errors';
import type { ModelEntry } from '../../knowledge/records';
import type { Router } from '../../router';
import type { Dict } from '../../types';

const TYPES = ['text-embedding', 'rerank', 'llm', 'tts', 'speech2text', 'moderation'];

function modelView(entry: ModelEntry): Dict {
	return {
		model: entry.model,
		label: { zh_Hans: entry.label, en_US: entry.label },
		model_type: entry.type,
		features: [],
		fetch_from: 'predefined-model',
		model_properties: { context_size: 8192 },
		deprecated: false,
		status: 'active',
		load_balancing_enabled: false,
		has_invalid_load_balancing_configs: false,
	};
}

function list(context: RequestContext): void {
	const { knowledge, tenantId } = context.core.state;
	const type = context.param('type');
	if (!TYPES.includes(type)) throw invalidParam(`invalid origin model type ${type}`);
	const models = knowledge.models.filter((entry) => entry.type === type);
	const providers = [...new Set(models.map((entry) => entry.provider))];
	context.send(200, {
		data: providers.map((provider) => ({
			tenant_id: tenantId,
			provider,
			label: { zh_Hans: provider.split('/').at(-1), en_US: provider.split('/').at(-1) },
			icon_small: null,
			icon_small_dark: null,
			status: 'active',
			models: models.filter((entry) => entry.provider === provider).map(modelView),
		})),
	});
}

export function addModelRoutes(router: Router): void {
	router.add({
		method: 'GET',
		pattern: '/v1/workspaces/current/models/model-types/{type}',
		handler: list,
		key: 'dataset',
	});
}
