import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import type { Page } from '../../../Dify/transport/lists';
import { LIST_RULES, readPage } from '../../../Dify/transport/lists';
import { path } from '../../../shared/client';
import { ChatflowError } from '../../../shared/errors';
import { asObject, asText } from '../../../shared/values';
import type { PollCaller } from '../../pollCaller';

/** Max pages of a conversation in which the message is looked for. */
const MAX_PAGES = 10;

/**
 * What was asked and answered: a feedback only names the message, Dify gives messages to their own
 * user only, and whose it is has to be asked first.
 */
export class Questions {
	private readonly users = new Map<string, string | undefined>();

	constructor(private readonly poll: PollCaller) {}

	/**
	 * `query`, `answer` and `user` of the message of a feedback, each `null` if Dify does not say it: for
	 * feedback of the team, and on servers before 1.13, which do not tell users.
	 */
	async of({ from_end_user_id: endUser, conversation_id, message_id }: IDataObject) {
		const user = await this.userOf(asText(endUser));
		const message =
			user === undefined ? {} : await this.message(message_id, { user, conversation_id });
		return { query: message.query ?? null, answer: message.answer ?? null, user: user ?? null };
	}

	private async userOf(id: string | undefined): Promise<string | undefined> {
		if (id === undefined) return undefined;
		if (!this.users.has(id)) {
			const request = dify(this.poll).get(path`/end-users/${id}`);
			const endUser = asObject(await request.catch(ignoreMissing));
			this.users.set(id, asText(endUser.session_id));
		}
		return this.users.get(id);
	}

	private async message(id: unknown, query: IDataObject): Promise<IDataObject> {
		const list = { path: '/messages', rule: LIST_RULES.messages, query };
		let next: IDataObject | undefined = {};
		for (let count = 0; next && count < MAX_PAGES; count++) {
			const page: Page | undefined = await readPage(this.poll, list, next).catch(ignoreMissing);
			const found = page?.records.find((message) => message.id === id);
			if (found) return found;
			next = page?.next;
		}
		return {};
	}
}

/** An old server does not have the call, a deleted user or conversation is gone: nothing to be told. */
function ignoreMissing(error: unknown): undefined {
	if (!(error instanceof ChatflowError) || error.attempt.status !== 404) throw error;
}
