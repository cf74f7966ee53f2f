import type { DifySimulator } from '../../simulators/dify/index';
import { call, type Answer, type Dict } from './dify.helpers';

/** Calls the simulator below /v1 with the key of its knowledge. */
export async function know(
	simulator: DifySimulator,
	method: string,
	path: string,
	body?: unknown,
): Promise<Answer> {
	return await call(simulator, method, path, body, simulator.knowledgeApiKey);
}

/** A new high-quality base; its id. */
export async function newBase(simulator: DifySimulator, name = 'Handbook'): Promise<string> {
	const answer = await know(simulator, 'POST', '/datasets', {
		name,
		indexing_technique: 'high_quality',
	});
	return String(answer.json.id);
}

export function textBody(name: string, text: string, extra: Dict = {}): Dict {
	return { name, text, indexing_technique: 'high_quality', ...extra };
}

/** A form with one file and the settings in `data`. */
export function fileForm(
	filename: string,
	content: string,
	data: Dict | undefined = { process_rule: { mode: 'automatic' } },
): FormData {
	const form = new FormData();
	if (data) form.append('data', JSON.stringify(data));
	form.append('file', new Blob([content], { type: 'text/plain' }), filename);
	return form;
}

/** Makes a document from a text; what the server answered. */
export async function newDocument(
	simulator: DifySimulator,
	base: string,
	name: string,
	text = `Text of ${name}`,
	extra: Dict = {},
): Promise<{ id: string; batch: string; document: Dict }> {
	const path = `/datasets/${base}/document/create-by-text`;
	const answer = await know(simulator, 'POST', path, textBody(name, text, extra));
	const document = answer.json.document as Dict;
	return { id: String(document.id), batch: String(answer.json.batch), document };
}
