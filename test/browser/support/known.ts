import type { Simulators } from '../../demo/simulators';

/** What exists on the simulated servers before the editor is opened. */
export interface Known {
	user: string;
	messageId: string;
	endUserId: string;
	/** A run that waits for a human, and the token of its form. */
	workflowRunId: string;
	formToken: string;
	/** An offline file of Cybertron that is being worked on. */
	fileId: string;
}

const USER = 'browser-user';

/** Makes a message, a run that waits for a human, and an offline file. */
export async function prepareKnown({ dify, cybertron }: Simulators): Promise<Known> {
	const message = dify.seed.message({ user: USER, query: 'Seen before?', answer: 'Yes.' });
	const { id } = cybertron.state.files.create({ fileName: 'contract.pdf' });
	return {
		user: USER,
		messageId: message.id,
		endUserId: message.endUserId,
		fileId: String(id),
		...(await pausedRun(dify)),
	};
}

/** Sends a message on which the simulated run pauses, and reads the ids from its stream. */
async function pausedRun({ baseUrl, apiKey }: Simulators['dify']) {
	const answer = await fetch(`${baseUrl}/chat-messages`, {
		method: 'POST',
		headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
		body: JSON.stringify({
			query: 'Refund order 4711 #pause',
			user: USER,
			inputs: {},
			response_mode: 'streaming',
		}),
	});
	const text = await answer.text();
	const find = (key: string) => {
		const value = new RegExp(`"${key}":"([^"]+)"`).exec(text)?.[1];
		if (!value) throw new Error(`The simulator gave no ${key}`);
		return value;
	};
	return { workflowRunId: find('workflow_run_id'), formToken: find('form_token') };
}
