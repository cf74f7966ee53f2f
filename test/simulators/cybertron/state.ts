import type { IncomingHttpHeaders } from 'node:http';
import { createFaultBook, type FaultBook } from './faults';
import { createIdSource, type IdSource } from './ids';
import { createOfflineFiles, type OfflineFiles } from './offlineFiles';
import type { RobotConfig } from './robots';
import { createScriptBook, type ScriptBook } from './scripts';
import { createSessionStore, type SessionStore } from './sessions';

/** An HTTP request as it arrived. */
export interface RecordedRequest {
	method: string;
	path: string;
	query: Record<string, string>;
	headers: IncomingHttpHeaders;
	/** Parsed JSON, the fields and file facts of a multipart form, or the text. */
	body: unknown;
	/** Status that was answered; 0 while, or when nothing, was answered. */
	status: number;
	at: number;
}

/** A WebSocket message as it arrived. */
export interface ReceivedMessage {
	path: string;
	/** Connections are numbered from 1. */
	connection: number;
	/** Parsed JSON, undefined when it is none. */
	json: unknown;
	text: string;
	at: number;
}

/** A WebSocket handshake as it arrived, granted or not. */
export interface Handshake {
	path: string;
	query: Record<string, string>;
	headers: IncomingHttpHeaders;
	at: number;
}

/** How a WebSocket ended: the code of the last close frame, 1006 without one. */
export interface SocketClose {
	connection: number;
	code: number;
	at: number;
}

/** Behaviour of the whole server. */
export interface Settings {
	/** A flow does not survive its socket: another connection starts it anew. */
	flowBoundToSocket: boolean;
	/** Milliseconds before every frame and every HTTP answer. */
	latencyMs: number;
}

/** Everything the simulator knows. */
export interface SimulatorState {
	ids: IdSource;
	robots: RobotConfig[];
	sessions: SessionStore;
	scripts: ScriptBook;
	faults: FaultBook;
	files: OfflineFiles;
	settings: Settings;
	requests: RecordedRequest[];
	received: ReceivedMessage[];
	handshakes: Handshake[];
	closes: SocketClose[];
	/** How often a chat message was accepted for processing, by question. */
	accepted: Map<string, number>;
	/** Opened WebSocket connections, refused handshakes, pongs received. */
	counters: { connections: number; refused: number; pongs: number; heartbeats: number };
}

const initialSettings = (): Settings => ({ flowBoundToSocket: false, latencyMs: 0 });
const initialCounters = () => ({ connections: 0, refused: 0, pongs: 0, heartbeats: 0 });

/** A new server without sessions, files or faults. */
export function createState(robots: RobotConfig[]): SimulatorState {
	const ids = createIdSource();
	return {
		ids,
		robots,
		sessions: createSessionStore(ids),
		scripts: createScriptBook(),
		faults: createFaultBook(),
		files: createOfflineFiles(ids),
		settings: initialSettings(),
		requests: [],
		received: [],
		handshakes: [],
		closes: [],
		accepted: new Map(),
		counters: initialCounters(),
	};
}

/** Forgets everything but the robots. Ids go on growing. */
export function resetState(state: SimulatorState): void {
	state.sessions.clear();
	state.scripts.clear();
	state.faults.clear();
	state.files.clear();
	Object.assign(state.settings, initialSettings());
	Object.assign(state.counters, initialCounters());
	state.requests.length = 0;
	state.received.length = 0;
	state.handshakes.length = 0;
	state.closes.length = 0;
	state.accepted.clear();
}

/** Counts an accepted chat message. */
export function countAccepted(state: SimulatorState, question: string): void {
	state.accepted.set(question, (state.accepted.get(question) ?? 0) + 1);
}
