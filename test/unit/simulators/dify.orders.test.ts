import {
	DIFY_VERSIONS,
	startDifySimulator,
	type DifySimulator,
	type DifyVersion,
} from '../../simulators/dify/index';
import { chat, names } from './dify.helpers';

/** The columns of Dify/SERVER.md, "Order of events". */
const COLUMNS: Record<string, DifyVersion[]> = {
	'up to 1.12': ['1.8', '1.12'],
	'1.13.0': ['1.13.0'],
	'1.13.1 to 1.16': ['1.13.1', '1.14', '1.15', '1.16'],
	'1.17 and later': ['1.17'],
};

const START = ['workflow_started', 'node_started', 'node_finished', 'node_started'];
const NODES_END = ['node_finished', 'node_started', 'node_finished'];
const PING = ['ping'];

interface Row {
	query: string;
	/** By column: what arrives, and whether the server then stays silent instead of closing. */
	expected: Record<string, { events: string[]; silence?: boolean }>;
}

const ROWS: Record<string, Row> = {
	success: {
		query: 'hello',
		expected: {
			'up to 1.12': {
				events: [...START, 'message', 'message', ...NODES_END, 'workflow_finished', 'message_end'],
			},
			'1.13.0': {
				events: [...PING, ...START, 'message', 'message', ...NODES_END, 'workflow_finished'],
			},
			'1.13.1 to 1.16': {
				events: [
					...[...PING, ...START, 'message', 'message', ...NODES_END],
					...['message_end', 'workflow_finished'],
				],
			},
			'1.17 and later': {
				events: [
					...[...PING, ...START, 'message', 'message', ...NODES_END],
					...['message_end', 'workflow_finished'],
				],
			},
		},
	},
	'node failure': {
		query: '#fail-node hello',
		expected: {
			'up to 1.12': {
				events: [...START, 'message', 'message', 'node_finished', 'workflow_finished', 'error'],
			},
			'1.13.0': {
				events: [...PING, ...START, 'message', 'message', 'node_finished', 'workflow_finished'],
			},
			'1.13.1 to 1.16': {
				events: [...PING, ...START, 'message', 'message', 'node_finished', 'workflow_finished'],
			},
			'1.17 and later': {
				events: [...PING, ...START, 'message', 'message', 'node_finished', 'workflow_finished'],
			},
		},
	},
	'exception before the start': {
		query: '#error',
		expected: {
			'up to 1.12': { events: ['error'] },
			'1.13.0': { events: [...PING, 'error'], silence: true },
			'1.13.1 to 1.16': { events: [...PING, 'error'], silence: true },
			'1.17 and later': { events: [...PING, 'error', 'workflow_finished'] },
		},
	},
	stop: {
		query: '#stop-me one two three four',
		expected: {
			'up to 1.12': {
				events: [...START, 'message', 'message', 'workflow_finished', 'message_end'],
			},
			'1.13.0': { events: [...PING, ...START, 'message', 'message', 'workflow_finished'] },
			'1.13.1 to 1.16': { events: [...PING, ...START, 'message', 'message', 'workflow_finished'] },
			'1.17 and later': { events: [...PING, ...START, 'message', 'message', 'workflow_finished'] },
		},
	},
	'annotation hit': {
		query: '#annotation',
		expected: {
			'up to 1.12': { events: ['message', 'message_end'] },
			'1.13.0': { events: [...PING, 'message', 'message_end'], silence: true },
			'1.13.1 to 1.16': { events: [...PING, 'message', 'message_end'], silence: true },
			'1.17 and later': {
				events: [...PING, 'message', 'message_end', 'workflow_started', 'workflow_finished'],
			},
		},
	},
	'input moderation': {
		query: '#moderation input',
		expected: {
			'up to 1.12': { events: ['message', 'message_end'] },
			'1.13.0': { events: [...PING, 'message', 'message_end'], silence: true },
			'1.13.1 to 1.16': { events: [...PING, 'message', 'message_end'], silence: true },
			'1.17 and later': {
				events: [...PING, 'message', 'message_end', 'workflow_started', 'workflow_finished'],
			},
		},
	},
	'human input': {
		query: '#pause 2 please',
		expected: {
			'up to 1.12': {
				events: [...START, 'message', 'message', ...NODES_END, 'workflow_finished', 'message_end'],
			},
			'1.13.0': { events: [...PING, ...pauseEvents()] },
			'1.13.1 to 1.16': { events: [...PING, ...pauseEvents()] },
			'1.17 and later': { events: [...PING, ...pauseEvents()] },
		},
	},
	'spoken answer': {
		query: '#tts one',
		expected: {
			'up to 1.12': {
				events: [
					...[...START, 'message', 'tts_message', 'message', 'tts_message', ...NODES_END],
					...['workflow_finished', 'message_end'],
					...['tts_message', 'tts_message', 'tts_message_end'],
				],
			},
			'1.13.0': {
				events: [
					...[...PING, ...START, 'message', 'tts_message', 'message', 'tts_message'],
					...[...NODES_END, 'workflow_finished'],
				],
			},
			'1.13.1 to 1.16': {
				events: [
					...[...PING, ...START, 'message', 'tts_message', 'message', 'tts_message'],
					...[...NODES_END, 'message_end', 'workflow_finished'],
				],
			},
			'1.17 and later': {
				events: [
					...[...PING, ...START, 'message', 'tts_message', 'message', 'tts_message'],
					...[...NODES_END, 'message_end', 'tts_message', 'tts_message', 'tts_message_end'],
					'workflow_finished',
				],
			},
		},
	},
};

function pauseEvents(): string[] {
	const asks = ['node_started', 'human_input_required'];
	return [...START.slice(0, 3), ...asks, ...asks, 'workflow_paused'];
}

const IDLE_MS = 150;

const CASES = Object.entries(ROWS).flatMap(([outcome, row]) =>
	Object.entries(COLUMNS).flatMap(([column, versions]) =>
		versions.map((version) => ({ outcome, version, query: row.query, want: row.expected[column] })),
	),
);

describe('order of events of the Dify simulator', () => {
	let simulator: DifySimulator;

	beforeAll(async () => {
		simulator = await startDifySimulator();
	});

	afterAll(async () => {
		await simulator.close();
	});

	it('covers every version', () => {
		expect(Object.values(COLUMNS).flat().sort()).toEqual([...DIFY_VERSIONS].sort());
	});

	it.each(CASES)('$outcome on $version', async ({ version, query, want }) => {
		simulator.setVersion(version);
		// A stream that ought to close but does not runs into the time limit of the test.
		simulator.settings.idleTimeoutMs = want?.silence ? IDLE_MS : 60_000;
		const startedAt = Date.now();
		const events = await chat(simulator, query);
		expect(names(events)).toEqual(want?.events);
		if (want?.silence) expect(Date.now() - startedAt).toBeGreaterThanOrEqual(IDLE_MS - 5);
	});
});
