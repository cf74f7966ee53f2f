import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { CybertronSimulator } from '../../simulators/cybertron';

/** A frame as parsed by JSON.parse, which spoils bare 64-bit ids; read those from the text. */
export interface Frame {
	code?: string;
	message?: string;
	type?: string;
	index?: number;
	finish?: string;
	dialog_id?: unknown;
	data?: unknown;
	[field: string]: unknown;
}

/** A small client for looking at what comes over the wire. */
export class WireClient {
	readonly texts: string[] = [];
	readonly binaries: Buffer[] = [];
	readonly closed: Promise<{ code: number; reason: string }>;

	private constructor(
		readonly socket: WebSocket,
		private readonly credentials: Record<string, string>,
	) {
		socket.on('message', (data: Buffer, isBinary: boolean) => {
			if (isBinary) this.binaries.push(data);
			else this.texts.push(data.toString('utf8'));
		});
		socket.on('error', () => undefined);
		this.closed = new Promise((resolve) => {
			socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
		});
	}

	static async open(
		simulator: CybertronSimulator,
		path = '/openapi/v2/ws/dialog/',
		options: { rejectUnauthorized?: boolean } = {},
	): Promise<WireClient> {
		const client = new WireClient(new WebSocket(`${simulator.wsOrigin}${path}`, options), {
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
			username: simulator.username,
		});
		await new Promise<void>((resolve, reject) => {
			client.socket.once('open', resolve);
			client.socket.once('error', reject);
		});
		return client;
	}

	send(message: object): void {
		this.socket.send(JSON.stringify({ ...this.credentials, ...message }));
	}

	get frames(): Frame[] {
		return this.texts.flatMap((text) => {
			try {
				const value: unknown = JSON.parse(text);
				return Array.isArray(value) ? [] : [value as Frame];
			} catch {
				return [];
			}
		});
	}

	/** Sends a message and gives the frames up to the first one that `isLast` accepts. */
	async round(message: object, isLast: (frame: Frame) => boolean = endsRound): Promise<Frame[]> {
		const start = this.frames.length;
		this.send(message);
		await until(() => this.frames.slice(start).some(isLast));
		return this.frames.slice(start);
	}

	async close(): Promise<void> {
		this.socket.terminate();
		await this.closed;
	}
}

/** A field of a frame's data. */
export function dataField(frame: Frame | undefined, name: string): unknown {
	const data = frame?.data;
	return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
}

/** The end of a round: 002005, the last frame of a plain answer, or an error frame. */
function endsRound(frame: Frame): boolean {
	if (frame.type === 'flow') return dataField(frame, 'code') === '002005';
	if (frame.type === undefined) return frame.code !== '000000';
	return frame.finish === 'y' || frame.type === 'llm_end';
}

/** Waits until the condition holds; fails after two seconds. */
export async function until(condition: () => boolean, ms = 2000): Promise<void> {
	const deadline = Date.now() + ms;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error('The condition did not come true in time');
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

/** The data.code of flow frames, the index of others. */
export function outline(frames: Frame[]): string[] {
	return frames.map((frame) =>
		frame.type === 'flow' ? String(dataField(frame, 'code')) : String(frame.index ?? frame.code),
	);
}

/** POSTs JSON with the simulator's credentials in the headers. */
export async function post(
	simulator: CybertronSimulator,
	path: string,
	body: object,
	headers: Record<string, string> = {},
): Promise<{ status: number; json: Frame }> {
	const response = await fetch(simulator.origin + path, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
			...headers,
		},
		body: JSON.stringify(body),
	});
	return { status: response.status, json: (await response.json()) as Frame };
}

/** A printed HTTP example: request and response as raw texts. */
export function printedResponse(name: 'dialog-http' | 'offline-status'): Frame {
	const file = join(__dirname, '..', '..', 'fixtures', 'cybertron', `${name}.json`);
	const { response } = JSON.parse(readFileSync(file, 'utf8')) as { response: string };
	return JSON.parse(response) as Frame;
}

/** The names of all fields, in their order. */
export const fieldNames = (frame: Frame) => [Object.keys(frame), Object.keys(Object(frame.data))];
