import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { picked } from '../support/dify/run';
import { TriggerHost } from '../support/engine/poll';
import { NodeRunner } from './nodeRunner';
import { inputsFor } from './samples';
import type { DifyServer } from './difyServer';
import type { Session } from './session';
import { assert } from './shapes';

const MAX_ROUNDS = 3;

/** One app of a Dify server, with what this run has made in it. */
export class DifyApp extends NodeRunner {
	readonly user: string;
	private parametersRead?: Promise<IDataObject>;
	private readonly users = new Set<string>();

	constructor(
		session: Session,
		readonly server: DifyServer,
		private readonly apiKey: string,
	) {
		const { baseUrl } = server;
		super(session, 'dify', {
			difyApi: { baseUrl, apiKey, allowUnauthorizedCerts: false },
		});
		this.user = session.user;
		session.onEnd(async () => await this.removeConversations());
	}

	/** The app's own settings (GET /parameters), read once. */
	async parameters(): Promise<IDataObject> {
		this.parametersRead ??= this.one('app.getParameters');
		return await this.parametersRead;
	}

	/** Whether a feature is on, by its name in /parameters. */
	async isOn(feature: string): Promise<boolean> {
		const settings = (await this.parameters())[feature] as IDataObject | undefined;
		return settings?.enabled === true;
	}

	/** What Chat > Send takes, with values for the input variables that the app requires. */
	async message(query: string, more: INodeParameters = {}): Promise<INodeParameters> {
		const user = String(more.user ?? this.user);
		this.users.add(user);
		const { user_input_form: form } = await this.parameters();
		const inputs = await inputsFor(form, { required: true });
		return { query, user, inputs: JSON.stringify(inputs), ...more };
	}

	/** Sends a message and gives the aggregated item. */
	async ask(query: string, more: INodeParameters = {}): Promise<IDataObject> {
		return await this.one('chat.send', await this.message(query, more));
	}

	/** A trigger on this app, with events from now on. */
	trigger(parameters: INodeParameters): TriggerHost {
		return new TriggerHost({ parameters, credentials: this.credentials });
	}

	/** A request that no operation makes. */
	async fetch(method: string, path: string, body?: object): Promise<Response> {
		return await fetch(`${this.server.root}${path}`, {
			method,
			headers: {
				Authorization: `Bearer ${this.apiKey}`,
				...(body ? { 'Content-Type': 'application/json' } : {}),
			},
			signal: AbortSignal.timeout(120_000),
			...(body ? { body: JSON.stringify(body) } : {}),
		});
	}

	/** The JSON of such a request. */
	async json(method: string, path: string, body?: object): Promise<IDataObject> {
		const response = await this.fetch(method, path, body);
		const text = await response.text();
		assert(response.ok, `${method} ${path} gave HTTP ${response.status}: ${text.slice(0, 200)}`);
		return JSON.parse(text) as IDataObject;
	}

	/** In rounds, because a list that loses rows shows them when others are gone. */
	private async removeConversations(): Promise<void> {
		const { removed, stays } = this.session;
		for (const user of this.users) {
			let count = 0;
			let left = await this.conversations(user);
			for (let round = 0; round < MAX_ROUNDS && left.length > 0; round++) {
				const conversationId = byId('={{ $json.id }}');
				const parameters = { user, conversationId, options: { concurrency: 4 } };
				const run = { items: left, onError: 'continueRegularOutput' } as const;
				const { json } = await this.run('conversation.delete', parameters, run);
				count += json.filter(({ deleted }) => deleted === true).length;
				left = await this.conversations(user);
			}
			if (count > 0) removed.push(`${count} conversations of ${user}`);
			if (left.length > 0) stays.push(`${left.length} conversations of ${user}`);
		}
	}

	private async conversations(user: string): Promise<INodeExecutionData[]> {
		return (await this.run('conversation.getAll', { user, returnAll: true })).items;
	}
}

/** An ID as a picker of the editor saves it. */
export function byId(id: unknown): INodeParameters {
	return picked(String(id), 'id');
}
