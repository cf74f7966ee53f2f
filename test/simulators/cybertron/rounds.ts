import type { Directives } from './directives';
import { directivesAt } from './faults';
import { extraFlowRound } from './flowExtras';
import { playFlowRound, playUploadSubmit, type FlowRound } from './flowEngine';
import { nodeFrame, roundComplete, START_NODE } from './flowFrames';
import { FLOWS, UPLOAD_FLOW, UPLOAD_INTENT } from './flows';
import type { FlowDefinition, FlowRun } from './flowTypes';
import { errorFrame, plainFrame, questionAck, taskAck } from './frames';
import { invalidField } from './parameters';
import { plainAnswer, plainRound } from './plain';
import { authenticate, bodyCredentials, type RobotConfig } from './robots';
import { scriptSteps } from './scripts';
import type { Segment } from './sessions';
import { countAccepted, type SimulatorState } from './state';
import { asText, isJsonObject, type JsonObject, type Step, type Steps } from './steps';
import { tamper } from './tamper';
import { exceptionText } from './texts';

/** An authenticated message on its way through the server. */
interface Message {
	state: SimulatorState;
	body: JsonObject;
	robot: RobotConfig;
	segment: Segment;
	question: string;
	directives: Directives;
	connection: number;
}

/** Answers one WebSocket message with the steps of its round. */
export function answerMessage(
	state: SimulatorState,
	body: JsonObject,
	where: { path: string; connection: number },
): Steps {
	const credentials = bodyCredentials(body);
	const robot = authenticate(state.robots, credentials);
	if ('message' in robot) return [errorFrame(robot.code, robot.message)];
	const question = asText(body.question);
	const directives = directivesAt(state.faults, { on: 'round', path: where.path, question });
	const error = directives.value('error');
	if (error !== undefined) return tamper([errorFrame(error, 'Request failed')], directives);
	const invalid = invalidField(body);
	if (invalid) return [errorFrame('400000', `${invalid} is invalid`)];
	const segment = state.sessions.resolve(
		`${robot.key} ${credentials.username}`,
		asText(body.user_code) || credentials.username,
		asText(body.segment_code),
		asText(body.message_source) || 'openapi-ws',
	);
	const message = { state, body, robot, segment, question, directives, ...where };
	return tamper(roundSteps(message), directives);
}

function roundSteps(message: Message): Steps {
	const { state, body, segment, question, directives } = message;
	countAccepted(state, question);
	const flowUuid = asText(body.open_flow_uuid);
	const script = state.scripts.find(
		{ flowUuid, segmentCode: segment.code, question },
		directives.value('script'),
	);
	if (script) {
		const round = segment.scriptRounds.get(script.name) ?? 0;
		segment.scriptRounds.set(script.name, round + 1);
		return scriptSteps(script, round);
	}
	if (body.type === 'upload') return submitSteps(message);
	const dialogId = state.ids.nextDialogId();
	const first = acks(message, dialogId);
	// The body is made now: what the server does must not depend on what the reader takes.
	return chain(first, bodySteps(message, dialogId));
}

function* chain(...parts: Steps[]): Steps {
	for (const part of parts) yield* part;
}

/** The acknowledgements; some servers leave them out or spoil their code. */
function acks({ state, question, directives }: Message, dialogId: string): Step[] {
	if (directives.has('no-acks')) return [];
	const options = directives.has('acks-400000') ? { code: '400000', detailed: true } : {};
	return [
		...(directives.has('no-task-ack') ? [] : [taskAck(state.ids.nextTaskId(), options)]),
		...(directives.has('no-question-ack') ? [] : [questionAck(question, dialogId, options)]),
	];
}

function bodySteps(message: Message, dialogId: string): Steps {
	const { body, segment, question, directives, state } = message;
	const keep = (answer: string) =>
		segment.dialogs.push({
			dialogId,
			question,
			answer: directives.has('malformed') ? MALFORMED_ANSWER : answer,
			messageSource: asText(body.message_source) || 'openapi-ws',
			at: Date.now(),
		});
	const flow = flowOf(message);
	if (flow === 'unknown') {
		const failed = newRun(state, UNKNOWN_FLOW, dialogId, message.connection);
		const frame = { code: '400000', answer: 'The flow does not exist' };
		return [nodeFrame(failed, flowRound(message, dialogId), frame), roundComplete(failed)];
	}
	if (flow) {
		const round = flowRound(message, dialogId);
		const steps = flowSteps(message, flow, round);
		keep(round.spoken.join('\n\n'));
		return steps;
	}
	const round = { dialogId, text: directives.text, directives, forwarded: forwarded(body) };
	if (body.message_source === 'WS') {
		// Seen on live servers for plain dialogs.
		const data = exceptionText(209);
		return [plainFrame({ dialogId, type: 'string', index: 0, data, finish: 'y' })];
	}
	if (asText(body.welcome) || directives.has('welcome')) {
		const data = { type: 'string', answer: 'wellcomeHello, I am the simulated robot.' };
		return [plainFrame({ dialogId, type: 'json', index: 0, data, finish: 'y' })];
	}
	const { answer } = plainAnswer(round);
	keep(typeof answer === 'string' ? answer : JSON.stringify(answer));
	return plainRound(round);
}

/** An answer as histories hold them at times: Python quoting and raw line breaks. */
export const MALFORMED_ANSWER = '{\'summary\': "He said "yes"\n and left", \'score\': None}';

const UNKNOWN_FLOW: FlowDefinition = { uuid: '', name: '', nodes: [] };

function forwarded(body: JsonObject): { header: string; body: string } {
	return { header: asText(body['extra-header']), body: asText(body['extra-body']) };
}

/** The flow that answers: the one asked for, the one that waits, an intent, the robot's own. */
function flowOf({
	body,
	robot,
	segment,
	directives,
}: Message): FlowDefinition | 'unknown' | undefined {
	if (directives.has('plain')) return undefined;
	if (body.open_flow_trigger === 'direct') {
		return FLOWS.get(asText(body.open_flow_uuid)) ?? 'unknown';
	}
	if (segment.flow?.waiting) return segment.flow.flow;
	if (directives.text.toLowerCase() === UPLOAD_INTENT) return FLOWS.get(UPLOAD_FLOW);
	return robot.defaultFlow ? (FLOWS.get(robot.defaultFlow) ?? 'unknown') : undefined;
}

function newRun(
	state: SimulatorState,
	flow: FlowDefinition,
	firstDialogId: string,
	connection: number,
): FlowRun {
	return {
		flow,
		sessionId: state.ids.nextUuid(),
		firstDialogId,
		position: 0,
		waiting: false,
		previousNodeId: START_NODE,
		asked: '',
		history: [],
		inputs: {},
		variables: {},
		entities: {},
		uploadFails: false,
		connection,
	};
}

/** The waiting run of this flow, if it can be continued here, else a new one. */
function runFor(
	{ state, segment, connection, body }: Message,
	flow: FlowDefinition,
	dialogId: string,
): FlowRun {
	const waiting = segment.flow;
	const lost = state.settings.flowBoundToSocket && waiting?.connection !== connection;
	if (waiting?.waiting && waiting.flow === flow && !lost) return waiting;
	const run = newRun(state, flow, dialogId, connection);
	if (isJsonObject(body.open_flow_node_inputs)) run.inputs = body.open_flow_node_inputs;
	return run;
}

function flowRound({ body, directives }: Message, dialogId: string): FlowRound {
	return {
		dialogId,
		startedAt: Date.now(),
		debug: Number(body.open_flow_debug) === 1,
		upperAnswer: !directives.has('lower'),
		text: directives.text,
		directives,
		spoken: [],
	};
}

function flowSteps(message: Message, flow: FlowDefinition, round: FlowRound): Steps {
	const { segment, body } = message;
	const run = runFor(message, flow, round.dialogId);
	const extra = extraFlowRound(run, round);
	if (extra) return extra;
	const nodeUuid = asText(body.open_flow_node_uuid);
	if (nodeUuid) return singleNode(run, round, nodeUuid);
	segment.flow = run;
	const steps = playFlowRound(run, round);
	if (!run.waiting) delete segment.flow;
	return steps;
}

/** Runs one node of a flow by itself (`open_flow_node_uuid`), leaving the session's flow alone. */
function singleNode(run: FlowRun, round: FlowRound, nodeUuid: string): Steps {
	const node = run.flow.nodes.find((one) => one.id === nodeUuid);
	const failed = { code: '400000', answer: 'The node does not exist' };
	if (!node) return [nodeFrame(run, round, failed), roundComplete(run)];
	const flow = { ...run.flow, nodes: [node] };
	return playFlowRound({ ...run, flow, position: 0, waiting: false }, round);
}

/** 3.3.2: the dialog id must be one that this session has handed out as a string. */
function submitSteps(message: Message): Steps {
	const { state, body, segment } = message;
	const dialogId = state.ids.nextDialogId();
	const run = segment.flow;
	const payload = isJsonObject(body.upload_payload) ? body.upload_payload : {};
	if (Number(payload.upload_flag) !== 2) return [errorFrame('400000', 'upload_flag is invalid')];
	if (!run?.waiting || run.flow.uuid !== UPLOAD_FLOW) {
		return [errorFrame('400000', 'No upload is in progress in this session')];
	}
	const known = segment.dialogs.some((dialog) => dialog.dialogId === body.dialog_id);
	const steps = playUploadSubmit(run, flowRound(message, dialogId), known);
	if (!run.waiting) delete segment.flow;
	return steps;
}
