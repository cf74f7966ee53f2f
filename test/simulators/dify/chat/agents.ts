import { randomUUID } from 'node:crypto';
import { bytesInMemory } from '../files/bytes';
import { signedToolUrl } from '../files/urls';
import { seconds } from '../state';
import type { Dict } from '../types';
import { answerText, wordsOf } from './answers';
import type { RunSession } from './session';

/** A round of an agent, as `agent_thought` tells it again and again. */
interface Thought extends Dict {
	id: string;
	thought: string;
	observation: string;
	tool: string;
	tool_input: string;
	message_files: string[];
}

const LOOK = 'Let me look. ';

/**
 * Agent app with function calling: for each round `agent_thought` (empty), `agent_message` …,
 * `agent_thought` (text, tool, input), per tool [`message_file`] and `agent_thought` (observation); the
 * last round calls no tool (SERVER.md, "Other kinds of apps").
 */
export async function agentFlow(run: RunSession): Promise<void> {
	const rounds = run.plan.has('react') ? 1 : run.plan.number('tools', 1);
	for (let round = 1; round <= rounds; round += 1) await toolRound(run);
	const last = begin(run);
	if (run.plan.has('react')) {
		await speak(run, 'now I know');
		await piece(run, answerText(run));
		// The saved thought runs on; the stream does not tell it.
		Object.assign(saved(run, last), {
			thought: `now I know${answerText(run)}`,
			tool_input: JSON.stringify({ 'Final Answer': answerText(run) }),
		});
		return;
	}
	await speak(run, answerText(run));
	tell(run, last, { thought: answerText(run) });
	// What moderation forbids is still in the thoughts.
	if (run.plan.has('moderation')) run.replacement = { answer: 'Blocked output.', reason: '' };
}

async function toolRound(run: RunSession): Promise<void> {
	const thought = begin(run);
	const text = run.plan.has('tools') || run.plan.has('react') ? LOOK : '';
	await speak(run, text);
	const call = { tool: 'weather', tool_input: '{"weather": {"city": "Zürich"}}' };
	tell(run, thought, { ...call, thought: text });
	if (run.plan.has('work')) await run.work(run.plan.number('work', 1000));
	const files = run.plan.has('files') ? [imageFile(run)] : [];
	tell(run, thought, {
		observation: '{"weather": "sunny"}',
		message_files: files,
		...(run.plan.has('react') ? { thought: text + text } : {}),
	});
}

function begin(run: RunSession): Thought {
	const thought: Thought = {
		id: randomUUID(),
		position: (run.message?.agentThoughts.length ?? 0) + 1,
		thought: '',
		observation: '',
		tool: '',
		tool_labels: {},
		tool_input: '',
		message_files: [],
	};
	run.message?.agentThoughts.push({
		...thought,
		chain_id: null,
		message_id: run.messageId,
		files: [],
		created_at: seconds(Date.now()),
	});
	tell(run, thought, {});
	return thought;
}

function tell(run: RunSession, thought: Thought, news: Partial<Thought>): void {
	Object.assign(thought, news);
	if (thought.tool) thought.tool_labels = { weather: { en_US: 'Weather', zh_Hans: '天气' } };
	Object.assign(saved(run, thought), { ...thought, message_files: undefined });
	run.emit('agent_thought', thought);
}

function saved(run: RunSession, { id }: Thought): Dict {
	return run.message?.agentThoughts.find((thought) => thought.id === id) ?? {};
}

async function speak(run: RunSession, text: string): Promise<void> {
	for (const word of wordsOf(text)) await piece(run, word);
}

async function piece(run: RunSession, text: string): Promise<void> {
	run.pacer.checkpoint();
	run.answerParts.push(text);
	run.deltas += 1;
	run.emit('agent_message', { id: run.messageId, answer: text });
	await run.pacer.sleep(run.plan.number('slow', run.core.settings.deltaDelayMs));
}

/** A picture that a tool made; its url is relative unless `filesUrl` is set. */
function imageFile(run: RunSession): string {
	const { core, state, app, request } = run;
	const id = randomUUID();
	state.files.set(id, {
		id,
		appId: app.id,
		endUserId: request.endUser.id,
		name: `${id}.png`,
		extension: 'png',
		mimeType: 'image/png',
		bytes: bytesInMemory(Buffer.from('a picture')),
		createdAt: Date.now(),
		generated: true,
	});
	const url = signedToolUrl(core, id, 'png');
	run.emit('message_file', { id, type: 'image', belongs_to: 'assistant', url });
	run.outputFiles.push({
		related_id: id,
		extension: '.png',
		filename: `${id}.png`,
		size: 0,
		mime_type: 'application/octet-stream',
		transfer_method: 'tool_file',
		type: 'image',
		url: signedToolUrl(core, id, 'png'),
		upload_file_id: id,
		remote_url: '',
	});
	return id;
}

/** New Agent app: thoughts and deltas mixed, then one `message` with the whole answer. */
export async function newAgentFlow(run: RunSession): Promise<void> {
	for (let round = 1; round <= run.plan.number('tools', 0); round += 1) await toolRound(run);
	await speak(run, answerText(run));
	run.emit('message', { id: run.messageId, answer: run.answer });
}
