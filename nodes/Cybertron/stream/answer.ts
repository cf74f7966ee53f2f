import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asObject, asText, isObject } from '../../shared/objects';
import { answerOf } from './frame';

/**
 * The readable text of an answer. Text stays; of a plugin's object (markdown, chart, online search
 * and images) the description is the best text, then its data (facts 2.1).
 */
export function answerText(answer: unknown): string {
	if (typeof answer === 'string') return answer;
	if (!isObject(answer)) return answer === undefined || answer === null ? '' : listText(answer);
	return (
		asText(answer.description) ??
		asText(answer.data) ??
		asText(asObject(answer.raw_data).desc) ??
		asText(asObject(answer.raw_data).markdown) ??
		asText(answerOf(answer)) ??
		''
	);
}

/** The answer as a value; a `json` one may come as the text of its object (T23). */
export function answerValue(data: IDataObject): IDataObject[string] {
	const answer = answerOf(data);
	const parsed =
		data.type === 'json' && typeof answer === 'string' ? tryParseJson(answer) : undefined;
	return isObject(parsed) ? parsed : answer;
}

function listText(answer: unknown): string {
	return typeof answer === 'object' ? JSON.stringify(answer) : String(answer);
}

/** Texts that the flow engine sends to itself and no user should see (facts 3.12). */
const INTERNAL_TEXTS = new Set([
	'',
	'flow_enter',
	'flow_exit',
	'flow_jump',
	'node_waiting_input',
	'current_communication_complete',
]);

/** Whether a node's text is meant for the user. The frame's code is asked first; this is the second line. */
export function isShown(text: string): boolean {
	return !INTERNAL_TEXTS.has(text.trim()) && !text.startsWith('flow_jump::');
}

/** The flow that an internal jump text names (facts 3.11), when the text is one. */
export function jumpTarget(text: string): string | undefined {
	if (!text.startsWith('flow_jump')) return undefined;
	return /jump_flow_uuid["']?\s*[:=]\s*["']?([\w-]+)/.exec(text)?.[1];
}

/** What the node says, in the order in which clients prefer it (facts 3.12). */
export function nodeText(data: IDataObject): string {
	const output = asObject(data.output);
	const spoken = answerText(answerOf(data));
	return spoken || asText(output.robot_user_replying) || asText(output.robot_user_asking) || '';
}
