import type { SimulatorProcess } from '../../bench/support/simulators';
import { messageId } from './kind';

/** How often one chat message was seen by its server. */
export interface Sightings {
	/** Requests that carried it, whatever became of them. */
	received: number;
	/** Of those: refused with `too_many_requests`, after which the node may send it again. */
	refused: number;
	/** How often the server began to work on it. */
	accepted: number;
}

interface DifyRequest {
	method: string;
	path: string;
	body: unknown;
	faultId: string | null;
}

interface CybertronRequest {
	body: unknown;
}

interface CybertronMessage {
	json: unknown;
}

type Noted = (id: string) => Sightings;

const field = (body: unknown, name: string): unknown =>
	typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;

const REFUSAL = '429 too_many_requests';
const ALL = 1_000_000;

async function lookAtDify({ difyControl }: SimulatorProcess, note: Noted): Promise<number> {
	const path = `/requests?path=/chat-messages&limit=${ALL}`;
	const { data } = await difyControl.call<{ data: DifyRequest[] }>('GET', path);
	const posts = data.filter(
		(request) => request.method === 'POST' && request.path.endsWith('/chat-messages'),
	);
	let unnamed = 0;
	for (const { body, faultId } of posts) {
		const id = messageId(field(body, 'query'));
		if (id === undefined) unnamed += 1;
		else {
			note(id).received += 1;
			if (faultId === REFUSAL) note(id).refused += 1;
		}
	}
	type Counters = { acceptedByQuery: Record<string, number> };
	const { acceptedByQuery } = await difyControl.call<Counters>('GET', '/counters');
	for (const [query, times] of Object.entries(acceptedByQuery)) {
		note(messageId(query) ?? query).accepted += times;
	}
	return unnamed;
}

async function lookAtCybertron({ cybertronControl }: SimulatorProcess, note: Noted): Promise<void> {
	const requests = await cybertronControl.call<CybertronRequest[]>('GET', '/requests');
	const messages = await cybertronControl.call<CybertronMessage[]>('GET', '/received');
	for (const body of [...requests.map((one) => one.body), ...messages.map((one) => one.json)]) {
		const id = messageId(field(body, 'question'));
		if (id !== undefined) note(id).received += 1;
	}
	const accepted = await cybertronControl.call<Record<string, number>>('GET', '/accepted');
	for (const [question, times] of Object.entries(accepted)) {
		note(messageId(question) ?? question).accepted += times;
	}
}

/** Every chat message that has reached a server since the last reset, by its id. */
export async function sightings(
	simulators: SimulatorProcess,
): Promise<{ byId: Map<string, Sightings>; unnamed: number }> {
	const byId = new Map<string, Sightings>();
	const note: Noted = (id) => {
		const seen = byId.get(id) ?? { received: 0, refused: 0, accepted: 0 };
		byId.set(id, seen);
		return seen;
	};
	const unnamed = await lookAtDify(simulators, note);
	await lookAtCybertron(simulators, note);
	return { byId, unnamed };
}
