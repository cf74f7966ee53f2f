import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../../shared/json';
import { asObject, assign } from '../../../shared/values';
import type { FlowFields } from './flowFrame';
import type { TextPart } from './textPart';
import { partText } from './textPart';

/** One run of one node: a node in a loop runs once per pass. */
export interface NodeRun {
	nodeId: string;
	nodeType?: string;
	nodeTitle?: string;
	flowUuid?: string;
	parts: TextPart[];
	entities: IDataObject;
	variables: IDataObject;
	/** Whether the server has announced the run, which it does in debug mode only. */
	announced: boolean;
	/** Number of the last frame that belonged to it: the order in which nodes end. */
	lastFrame: number;
}

/** The runs of a round, in the order in which they began. */
export interface NodeRuns {
	nodes: NodeRun[];
	/** The latest run of each node, by node id. */
	latestRuns: Map<string, NodeRun>;
	/** Number of frames so far. */
	frames: number;
}

/** All texts of the run, joined by a blank line. */
export function runText(run: NodeRun): string {
	return run.parts.map(partText).filter(Boolean).join('\n\n');
}

/**
 * The run that a frame belongs to: the latest one of its node, or a new one. A frame that names no
 * node belongs to the node before it, if there was one.
 */
export function currentRun(runs: NodeRuns, frame: FlowFields): NodeRun | undefined {
	const run =
		frame.nodeId === undefined ? runs.nodes.at(-1) : (latest(runs, frame) ?? startRun(runs, frame));
	return run && update(run, runs, frame);
}

/**
 * The run in which a node says something. Without announcements, a node that begins to speak again
 * after another one has come runs again.
 */
export function speakingRun(runs: NodeRuns, frame: FlowFields): NodeRun {
	const known = latest(runs, frame);
	const runsAgain =
		known &&
		!known.announced &&
		known !== runs.nodes.at(-1) &&
		isComplete(known) &&
		(frame.chunk?.index ?? 0) === 0;
	return update(known && !runsAgain ? known : startRun(runs, frame), runs, frame);
}

function isComplete({ parts }: NodeRun): boolean {
	return parts.length > 0 && parts.every(({ finished }) => finished);
}

/** The run that the frame announces; a repeated announcement is the same run. */
export function announcedRun(runs: NodeRuns, frame: FlowFields): NodeRun {
	const last = runs.nodes.at(-1);
	const same = last !== undefined && last.nodeId === frame.nodeId;
	// An announcement may come late, after the node's first frame.
	const known = same && (!last.announced || last.parts.length === 0) ? last : undefined;
	const run = update(known ?? startRun(runs, frame), runs, frame);
	run.announced = true;
	return run;
}

function latest({ latestRuns }: NodeRuns, { nodeId = '' }: FlowFields): NodeRun | undefined {
	return latestRuns.get(nodeId);
}

function startRun({ nodes, latestRuns, frames }: NodeRuns, { nodeId = '' }: FlowFields): NodeRun {
	const run: NodeRun = {
		nodeId,
		parts: [],
		entities: {},
		variables: {},
		announced: false,
		lastFrame: frames,
	};
	nodes.push(run);
	latestRuns.set(nodeId, run);
	return run;
}

/** Takes over what a frame says about its node beside the text. */
function update(run: NodeRun, { frames }: NodeRuns, frame: FlowFields): NodeRun {
	run.lastFrame = frames;
	run.nodeType = frame.nodeType ?? run.nodeType;
	run.nodeTitle = frame.nodeTitle ?? run.nodeTitle;
	run.flowUuid = frame.flowUuid ?? run.flowUuid;
	assign(run.entities, frame.entities);
	assign(run.variables, frame.variables);
	return run;
}

/** A code node reports its variables as JSON in a debug text; frames have them from the next node on. */
export function addDebugVariables(run: NodeRun, { answer }: FlowFields): void {
	const reported = run.nodeType === 'flow_code' ? tryParseJson(answer) : undefined;
	assign(run.variables, asObject(reported));
}
