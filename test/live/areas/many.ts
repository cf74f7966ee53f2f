import type { INodeExecutionData } from 'n8n-workflow';

import { byId } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { assert, assertSame } from '../shapes';

const OPERATIONS = [
	'Chat > Send, many new conversations',
	'Conversation > Get Many, each of many once',
	'Chat > Send, many in one conversation',
	'Conversation > Get Messages, each of many once',
	'Trigger: Conversation Message, each of many once',
] as const;
/** Polls in which the trigger has to have given everything. */
const POLLS = 12;
const SORTS = ['-updated_at', 'updated_at', '-created_at', 'created_at'];
const LIMIT_MS = 900_000;

/** Lists that are longer than a page, whose rows share their seconds. */
export async function many({ session, main, settings }: DifyContext): Promise<void> {
	const { many: count, query } = settings;
	if (count === 0) {
		session.notPossible('set DIFY_MANY to a number of messages, such as 220', ...OPERATIONS);
		return;
	}
	const user = `${main.user}-many`;
	const items: INodeExecutionData[] = Array.from({ length: count }, () => ({ json: {} }));
	const send = async (more: { conversationId?: string }, field: string) => {
		const options = { concurrency: 8, autoGenerateName: false };
		const parameters = await main.message(query, { user, options, ...more });
		const { json } = await main.run('chat.send', parameters, { items, limitMs: LIMIT_MS });
		return json.map((item) => String(item[field]));
	};
	const trigger = main.trigger({ event: 'conversationMessage', user });
	await trigger.activate();
	// Dify makes a user several times if it meets it in parallel requests.
	const first = await session.check(OPERATIONS[0], async () => {
		const { conversation_id: id } = await main.ask(query, { user });
		return { id: String(id), all: [String(id), ...(await send({}, 'conversation_id'))] };
	});
	await session.check(OPERATIONS[1], async () => {
		const made = first.get().all;
		for (const sortBy of SORTS) {
			const parameters = { user, returnAll: true, options: { sortBy } };
			const { json } = await main.run('conversation.getAll', parameters);
			assertEachOnce(
				json.map(({ id }) => id),
				made,
				`sorted by ${sortBy}`,
			);
		}
	});
	const said = await session.check(OPERATIONS[2], async () => {
		return await send({ conversationId: first.get().id }, 'message_id');
	});
	await session.check(OPERATIONS[3], async () => {
		const sent = said.get();
		const parameters = { user, conversationId: byId(first.get().id), returnAll: true };
		const { json } = await main.run('conversation.getMessages', parameters);
		// The one that began the conversation comes first.
		const listed = json.map(({ id }) => id).slice(1);
		assertEachOnce(listed, sent, 'the messages');
		assertSame(json.length, sent.length + 1, 'the number of messages');
	});
	await session.check(OPERATIONS[4], async () => {
		const ids: unknown[] = [];
		for (let polls = 0; polls < POLLS; polls++) {
			const { items, error } = await trigger.poll();
			assert(error === undefined, String(error));
			ids.push(...(items ?? []).map(({ event_id: id }) => id));
		}
		assertSame(new Set(ids).size, ids.length, 'the number of different messages');
		assertSame(ids.length, said.get().length + first.get().all.length, 'the number of messages');
	});
}

function assertEachOnce(listed: unknown[], wanted: string[], what: string): void {
	const found = new Set(listed);
	const lost = wanted.filter((id) => !found.has(id)).length;
	assert(
		lost === 0 && found.size === listed.length,
		`${what}: ${lost} of ${wanted.length} are missing, ${listed.length - found.size} are repeated`,
	);
}
