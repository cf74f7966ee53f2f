import { historyDate } from './clock';
import type { Directives } from './directives';
import {
	nodeFrame,
	roundComplete,
	START_NODE,
	type NodeFrame,
	type RoundFacts,
} from './flowFrames';
import { fragments } from './frames';
import type { FlowNode, FlowRun, HistoryRow } from './flowTypes';
import type { FrameStep } from './steps';
import { words } from './texts';

/** A round of a flow: what the user wrote, and how it is to be told. */
export interface FlowRound extends RoundFacts {
	text: string;
	directives: Directives;
	/** Collects what the flow says to the user. */
	spoken: string[];
}

function historyRow(nodeId: string, fields: Partial<HistoryRow>): HistoryRow {
	const now = Date.now();
	return {
		timestamp: now,
		time_date: historyDate(now),
		node_id: nodeId,
		robot_user_replying: '',
		robot_user_asking: '',
		user_robot_replying: '',
		...fields,
	};
}

/**
 * The round that follows a submitted upload: the node reports 002011, then the flow
 * goes on behind it. With `accepted` false, or after an upload-fail directive, the inner code of
 * `file_upload` is 400000 and the flow keeps waiting for the files.
 */
export function playUploadSubmit(run: FlowRun, round: FlowRound, accepted: boolean): FrameStep[] {
	const node = run.flow.nodes[run.position];
	const fails = !accepted || run.uploadFails;
	const upload = fails
		? { code: '400000', message: 'upload task does not exist', data: {} }
		: { code: '000000', message: 'success', data: {} };
	const userText = run.history[0]?.user_robot_replying ?? '';
	const frame: NodeFrame = { code: '002011', answer: '', userText, upload, ...(node && { node }) };
	const submitted = nodeFrame(run, round, frame);
	if (fails) return [submitted, roundComplete(run)];
	run.previousNodeId = node?.id ?? START_NODE;
	run.position += 1;
	run.waiting = false;
	return [submitted, ...new FlowRoundPlayer(run, round).playOn()];
}

/**
 * Runs one round of a flow from its first node, or from the node that waits, until a node waits for
 * the user or the flow ends. The run is complete when the function returns, however slowly (or
 * never) the frames are sent afterwards: a server does not stop when its reader does.
 */
export function playFlowRound(run: FlowRun, round: FlowRound): FrameStep[] {
	return new FlowRoundPlayer(run, round).play();
}

class FlowRoundPlayer {
	private readonly steps: FrameStep[] = [];
	/** Text of the user that no node has taken yet. */
	private unread: string;

	constructor(
		private readonly run: FlowRun,
		private readonly round: FlowRound,
	) {
		this.unread = round.text;
	}

	play(): FrameStep[] {
		const waiting = this.run.waiting ? this.node : undefined;
		if (waiting) {
			this.resume(waiting);
			this.runNode(waiting);
		} else {
			this.enter();
		}
		return this.playOn();
	}

	/** Runs from the current node, which has not been entered yet. */
	playOn(): FrameStep[] {
		const { run } = this;
		while (!run.waiting && this.node) {
			this.enterNode(this.node);
			this.runNode(this.node);
		}
		if (!run.waiting) this.exit();
		this.steps.push(roundComplete(run));
		return this.steps;
	}

	private get node(): FlowNode | undefined {
		return this.run.flow.nodes[this.run.position];
	}

	private say(node: FlowNode, text: string, frame: Partial<NodeFrame>): void {
		this.round.spoken.push(text);
		this.emit({ code: '000000', answer: text, node, ...frame });
	}

	private emit(frame: NodeFrame): void {
		this.steps.push(nodeFrame(this.run, this.round, frame));
	}

	/** Debug frames are left out of normal runs. */
	private emitDebug(frame: NodeFrame): void {
		if (this.round.debug) this.emit(frame);
	}

	private enter(): void {
		this.emitDebug({ code: '002000', answer: 'flow_enter', stage: 'flow_enter' });
		if (this.unread) {
			this.run.history = [historyRow(START_NODE, { user_robot_replying: this.unread })];
		}
	}

	private resume(node: FlowNode): void {
		const { run } = this;
		run.waiting = false;
		if (!this.unread || node.kind === 'file_upload') return;
		// The example shows the user's row twice until the round is over.
		const row = historyRow(node.id, { user_robot_replying: this.unread });
		run.history = [...run.history, row, row];
	}

	private enterNode(node: FlowNode): void {
		const answer = `node_id: ${node.id} enter by prev_node_id: ${this.run.previousNodeId}`;
		this.emitDebug({ code: '002002', answer, node });
	}

	private runNode(node: FlowNode): void {
		switch (node.kind) {
			case 'answer':
				return this.reply(node, node.text(this.run));
			case 'parameter_extractor':
				return this.extract(node, node.slots);
			case 'flow_code': {
				const { debug, variables } = node.run(this.run);
				this.emitDebug({ code: '002003', answer: debug, node });
				this.run.variables = { ...this.run.variables, ...variables };
				return this.leave(node);
			}
			case 'llm':
				return this.stream(node, node.reply(this.unread));
			case 'file_upload':
				return this.upload(node, node.instruction, node.categories);
		}
	}

	private leave(node: FlowNode): void {
		this.run.previousNodeId = node.id;
		this.run.position += 1;
	}

	private reply(node: FlowNode, text: string): void {
		this.remember(node, { robot_user_replying: text });
		this.say(node, text, { replying: text });
		this.leave(node);
	}

	private remember(node: FlowNode, fields: Partial<HistoryRow>): void {
		this.run.history = [...this.run.history, historyRow(node.id, fields)];
	}

	private extract(
		node: FlowNode,
		slots: Extract<FlowNode, { kind: 'parameter_extractor' }>['slots'],
	): void {
		const { run } = this;
		const open = slots.find((slot) => !(slot.entity in run.entities));
		const value = this.unread && run.asked ? open?.extract(this.unread) : undefined;
		if (open && value) {
			run.entities = { ...run.entities, [open.entity]: value };
			const answer = `entity: ${open.entity}, value: ${value}`;
			this.emitDebug({ code: '002003', answer, node, userText: this.unread });
		}
		if (run.asked) this.unread = '';
		const next = slots.find((slot) => !(slot.entity in run.entities));
		if (!next) return this.leave(node);
		this.ask(node, next.prompt);
	}

	private ask(node: FlowNode, prompt: string): void {
		const waitingFlag = this.round.directives.has('waiting-flag');
		this.say(node, prompt, { asking: prompt, waiting: waitingFlag });
		this.wait(node, { asking: prompt });
	}

	private wait(node: FlowNode, texts: Partial<NodeFrame> = {}): void {
		this.emit({ code: '002004', answer: 'node_waiting_input', node, waiting: true, ...texts });
		const { run } = this;
		run.waiting = true;
		// From the second round on the question itself is remembered, as in the example.
		run.history = run.history.filter((row, i, rows) => row !== rows[i - 1]);
		if (texts.asking && this.round.text) this.remember(node, { robot_user_asking: texts.asking });
		run.asked = texts.asking ?? 'anything';
	}

	/** A streaming node. The documents leave the last chunk open, hence the variants. */
	private stream(node: FlowNode, reply: string): void {
		const { directives } = this.round;
		const text = directives.has('words') ? words(directives.number('words') ?? 0) : reply;
		const pieces = fragments(text);
		const last = directives.value('last') ?? 'piece';
		if (last === 'full') pieces.push(text);
		if (last === 'empty') pieces.push('');
		pieces.forEach((answer, index) => {
			const finish = index === pieces.length - 1 ? 'y' : 'n';
			this.emit({ code: '000000', answer, node, stream: { index, finish } });
		});
		this.round.spoken.push(text);
		this.remember(node, { robot_user_replying: text });
		if (directives.has('repeat')) {
			this.emit({ code: '000000', answer: text, node, replying: text });
		}
		this.unread = '';
		if (directives.has('end')) this.leave(node);
		else this.wait(node);
	}

	private upload(node: FlowNode, instruction: string, categories: object[]): void {
		const { run } = this;
		run.uploadFails ||= this.round.directives.has('upload-fail');
		const data = {
			instruction,
			flow_uuid: run.flow.uuid,
			session_id: run.sessionId,
			node_id: node.id,
			upload_file_categories: categories,
		};
		const userText = this.round.text;
		const upload = { code: '000000', message: 'success', data };
		this.emit({ code: '002011', answer: '', node, userText, upload });
		this.wait(node);
	}

	private exit(): void {
		const { nodes } = this.run.flow;
		const last = nodes[nodes.length - 1];
		this.emit({
			code: '002001',
			answer: 'flow_exit',
			stage: 'flow_exit',
			...(last && { node: last }),
		});
	}
}
