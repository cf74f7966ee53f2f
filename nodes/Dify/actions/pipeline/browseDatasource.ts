import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { readText } from '../../../shared/body';
import { path } from '../../../shared/client';
import { ChatflowError } from '../../../shared/errors';
import { tryParseJson } from '../../../shared/json';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { sseBatches } from '../../../shared/sse';
import { asObject, asText, defined, isObject, trimmed } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { datasetField, datasourceField } from '../pickers';
import { pickedDatasource } from './datasource';
import { inputsField } from './fields';

/** Crawling a website takes a while; the Timeout holds for each pause. */
const MAX_BROWSE_MS = 20 * 60_000;

const credentialOption: INodeProperties = {
	displayName: 'Credential ID',
	name: 'credentialId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 45701982-8118-4bc5-8e9b-64562b4555f2',
	description: 'The credential of the data source, one of those that Get Datasources shows',
};

/** POST /datasets/{dataset_id}/pipeline/datasource/nodes/{node_id}/run. */
export const browseDatasource: Operation = {
	name: 'Browse Datasource',
	action: 'Browse pipeline datasource',
	description: 'Get the pages or files that a data source has, for Run',
	fields: [
		datasetField,
		datasourceField,
		{
			...inputsField,
			placeholder: 'e.g. { "prefix": "reports/" }',
			description:
				'What the data source asks for, as a JSON object: of a drive bucket, prefix, max_keys and next_page_parameters',
		},
		optionsField(credentialOption),
	],
	execute: async (item) => {
		const { nodeId, type } = await pickedDatasource(item, item.id('nodeId'));
		const response = await knowledge(item).open({
			method: 'POST',
			path: path`/datasets/${item.id('datasetId')}/pipeline/datasource/nodes/${nodeId}/run`,
			body: defined({
				inputs: item.object('inputs'),
				datasource_type: type,
				credential_id: trimmed(item.options.credentialId),
				is_published: true,
			}),
		});
		const limits = { idleMs: item.timeoutMs, until: Date.now() + MAX_BROWSE_MS };
		return jsonList(await foundIn(await readText('Dify', response, limits)));
	},
};

/** @throws ChatflowError if the data source failed, or said nothing to the end. */
async function foundIn(text: string): Promise<IDataObject[]> {
	const found: IDataObject[] = [];
	let isComplete = false;
	for await (const batch of sseBatches(oneChunk(text))) {
		for (const message of batch) {
			const { event, data, error } = asObject(tryParseJson(message));
			if (event === 'datasource_error') throw failed(error);
			if (event !== 'datasource_completed') continue;
			isComplete = true;
			for (const one of Array.isArray(data) ? data : [data]) if (isObject(one)) found.push(one);
		}
	}
	if (isComplete) return found;
	throw failed('it ended without a result');
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
	yield Buffer.from(text);
}

function failed(error: unknown): ChatflowError {
	const reason = asText(error) ?? 'no reason was given';
	return new ChatflowError({
		message: `The data source failed: ${reason}`,
		description:
			'Check Inputs and the credential of the data source in Dify. A data source for files cannot be browsed',
		details: { message: reason },
	});
}
