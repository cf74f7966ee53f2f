import type { Fault } from './faults';
import type { HttpAnswer } from './http';
import type { FileChange, Progress } from './offlineFiles';
import type { Script } from './scripts';
import type { Settings, SimulatorState } from './state';
import type { JsonObject } from './steps';

/** What only the server itself can do. */
export interface ServerActions {
	reset(): void;
	openSockets(): number;
	openConnections(): number;
	/** Ends all WebSockets: with a close frame, or abruptly. Tells how many there were. */
	disconnect(abrupt: boolean): number;
}

interface ControlCall {
	method: string;
	url: URL;
	body: JsonObject;
	actions: ServerActions;
}

type Handler = (state: SimulatorState, call: ControlCall) => object | undefined;

/** The control interface, by method and path: what a test in the same process does directly. */
const HANDLERS: Record<string, Handler> = {
	'GET /_control/state': (state, { actions }) => ({
		openSockets: actions.openSockets(),
		openConnections: actions.openConnections(),
		counters: state.counters,
		faultsStruck: state.faults.struck(),
		strikes: state.faults.strikes(),
		settings: state.settings,
		robots: state.robots.length,
	}),
	'GET /_control/requests': (state) => state.requests,
	'GET /_control/received': (state) => state.received,
	'GET /_control/handshakes': (state) => state.handshakes,
	'GET /_control/closes': (state) => state.closes,
	'GET /_control/accepted': (state) => Object.fromEntries(state.accepted),
	'POST /_control/reset': (_state, { actions }) => {
		actions.reset();
		return {};
	},
	'GET /_control/faults': (state) => state.faults.list(),
	'POST /_control/faults': (state, { body }) => {
		state.faults.add(body as unknown as Fault);
		return state.faults.list();
	},
	'DELETE /_control/faults': (state) => {
		state.faults.clear();
		return [];
	},
	'POST /_control/seed': (state, { body }) => {
		state.faults.seed(Number(body.seed));
		return {};
	},
	'GET /_control/scripts': (state) => state.scripts.list().map((script) => script.name),
	'POST /_control/scripts': (state, { body }) => {
		const { transcript, ...script } = body as unknown as Script & { transcript?: string };
		const printed = state.scripts.list().find((one) => one.name === transcript);
		state.scripts.add({ ...script, rounds: script.rounds ?? printed?.rounds ?? [] });
		return state.scripts.list().map((script) => script.name);
	},
	'DELETE /_control/scripts': (state) => {
		state.scripts.clear();
		return {};
	},
	'POST /_control/settings': (state, { body }) =>
		Object.assign(state.settings, body as Partial<Settings>),
	'POST /_control/disconnect': (_state, { body, actions }) => ({
		closed: actions.disconnect(body.abrupt === true),
	}),
	'GET /_control/files': (state) =>
		state.files.list().map(({ upload, ...file }) => {
			if (!upload) return file;
			const { bytes, ...facts } = upload;
			return { ...file, upload: { ...facts, base64: bytes?.toString('base64') } };
		}),
	'POST /_control/files': (state, { body }) => state.files.create(body as FileChange),
	'POST /_control/files/progress': (state, { body }) =>
		Object.assign(state.files.progress, body as Partial<Progress>),
	'POST /_control/files/change': (state, { body: { id, ...change } }) =>
		state.files.change(Number(id), change as FileChange),
	'POST /_control/files/advance': (state, { body }) => state.files.advance(Number(body.id)),
};

/** Answers a call of the control interface; always JSON. */
export function control(state: SimulatorState, call: ControlCall): HttpAnswer {
	const handler = HANDLERS[`${call.method} ${call.url.pathname}`];
	const result = handler?.(state, call);
	return result === undefined
		? { status: 404, body: { error: 'unknown', known: Object.keys(HANDLERS) } }
		: { body: result };
}
